#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `set_fact: {tag: '{{ tag }}-slim'}` changes the variable for the tasks behind it, also
#   where the pipeline gave it with `-e tag=1.4`; at least the task fails where it can't.
# What happens: A variable of the command line always wins: the task says `ok`, and the tasks behind it deploy
#   1.4. `vars:` of a task or of an included role is hidden likewise. A new name works.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   -e tag=1.4: ok ok deploys 1.4 ok task's own 1.4 failed=0
#   tag in the inventory: ok ok deploys stable-slim ok task's own stable-slim failed=0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'ansible-core==2.19.14'
export ANSIBLE_LOCALHOST_WARNING=0 ANSIBLE_INVENTORY_UNPARSED_WARNING=0 ANSIBLE_HOME="$work/ansible" ANSIBLE_NOCOLOR=1
export ANSIBLE_DEPRECATION_WARNINGS=0 ANSIBLE_PYTHON_INTERPRETER="$work/venv/bin/python"
venv/bin/ansible --version | sed -n 1p

cat > play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - set_fact: {tag: "{{ tag }}-slim"}
    - debug: {msg: "deploys {{ tag }}"}
    - debug: {msg: "task's own {{ tag }}"}
      vars: {tag: of-the-task}
YAML
seen() { venv/bin/ansible-playbook -i localhost, -c local "$@" play.yml | grep -oE "^ok|deploys [a-z0-9.-]*|task's own [a-z0-9.-]*|failed=[0-9]" | paste -sd' '; }
same "-e tag=1.4" "ok ok deploys 1.4 ok task's own 1.4 failed=0" "$(seen -e tag=1.4)"
printf '[all]\nlocalhost tag=stable\n' > hosts
same "tag in the inventory" "ok ok deploys stable-slim ok task's own stable-slim failed=0" "$(seen -i hosts)"
