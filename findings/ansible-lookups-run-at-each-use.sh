#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: A variable is computed once in a run: `db_password: "{{ lookup('password', '/dev/null')
#   }}"` gives the database and the application the same new password.
# What happens: The template of a variable is evaluated each time the variable is used: two tasks write two
#   passwords, and the application can't log in. `set_fact`, or a file instead of /dev/null, keeps one.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   the variable: different
#   set_fact of it: equal
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
  vars: {db_password: "{{ lookup('password', '/dev/null') }}"}
  tasks:
    - copy: {content: "{{ db_password }}", dest: "{{ playbook_dir }}/database"}
    - copy: {content: "{{ db_password }}", dest: "{{ playbook_dir }}/application"}
    - set_fact: {kept: "{{ db_password }}"}
    - copy: {content: "{{ kept }}", dest: "{{ playbook_dir }}/kept-database"}
    - copy: {content: "{{ kept }}", dest: "{{ playbook_dir }}/kept-application"}
YAML
venv/bin/ansible-playbook -i localhost, -c local play.yml > log
equal() { cmp -s "$1" "$2" && echo equal || echo different; }
same "the variable" 'different' "$(equal database application)"
same "set_fact of it" 'equal' "$(equal kept-database kept-application)"
