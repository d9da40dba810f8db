#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: Two tasks under opposite `when` with one `register: result` leave the result of the one
#   that ran.
# What happens: A task that is skipped registers too: where the second one is, `result` has `skipped` and no
#   `stdout`, so what is behind it fails, or takes its default. Two names, or one task with a condition inside,
#   keep it.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   the second ran: result of-the-second skipped False
#   the first ran: result missing skipped True
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
    - command: echo of-the-first
      register: result
      when: first
    - command: echo of-the-second
      register: result
      when: not first
    - debug: {msg: "result {{ result.stdout | default('missing') }} skipped {{ result.skipped | default(false) }}"}
YAML
seen() { venv/bin/ansible-playbook -i localhost, -c local -e "{first: $1}" play.yml | grep -o 'result [A-Za-z -]*'; }
same "the second ran" 'result of-the-second skipped False' "$(seen false)"
same "the first ran" 'result missing skipped True' "$(seen true)"
