#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `retries: 3` with `until` runs the task three times: the result says `attempts: 3`.
# What happens: It runs four times, the first and three more, though the last result still says 3: a migration
#   or a message that must not be sent more than three times is.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   what the result says: attempts=3
#   runs: 4
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
export ANSIBLE_DEPRECATION_WARNINGS=0
venv/bin/ansible --version | sed -n 1p

cat > play.yml <<'YAML'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.shell: echo run >> runs; exit 1
      args: {chdir: "{{ folder }}"}
      retries: 3
      delay: 0
      register: result
      until: result.rc == 0
      ignore_errors: true
    - ansible.builtin.debug: {msg: "attempts={{ result.attempts }}"}
YAML
said=$(venv/bin/ansible-playbook play.yml -e "folder=$work" 2> log)
same "what the result says" 'attempts=3' "$(echo "$said" | grep -o 'attempts=[0-9]*')"
same "runs" 4 "$(wc -l < runs | tr -d ' ')"
