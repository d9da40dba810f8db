#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same).
# Most engineers expect: `ansible.builtin.command` runs no shell, so `$NAME` and `~` in `argv` reach the program
#   as they are written: that is why one uses it for passwords.
# What happens: The module expands variables of the managed host and `~` in each argument. A password with
#   `$HOME` in it arrives changed; a name that is not set stays. `expand_argument_vars: false` (since 2.16)
#   stops the first.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   by default | with expand_argument_vars: false: paeu pa$NOWHERE | pa$REGION pa$NOWHERE
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

export REGION=eu
cat > play.yml <<'YAML'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - {name: expanded, ansible.builtin.command: {argv: [echo, 'pa$REGION', 'pa$NOWHERE']}, register: one}
    - {name: kept, ansible.builtin.command: {argv: [echo, 'pa$REGION', 'pa$NOWHERE'], expand_argument_vars: false}, register: two}
    - ansible.builtin.debug: {msg: "{{ one.stdout }} | {{ two.stdout }}"}
YAML
same "by default | with expand_argument_vars: false" 'paeu pa$NOWHERE | pa$REGION pa$NOWHERE' "$(venv/bin/ansible-playbook play.yml | sed -n 's/.*"msg": "\(.*\)"/\1/p')"
