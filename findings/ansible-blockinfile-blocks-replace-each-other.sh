#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same).
# Most engineers expect: Two `blockinfile` tasks on one file add two blocks.
# What happens: The marker lines are the same for all tasks: the second finds the first one's block and replaces
#   it. Each run changes the file twice, and the first block is never there at the end. A `marker` of its own
#   for each task helps.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   first run: changed=2
#   second run: changed=2
#   the file: # BEGIN ANSIBLE MANAGED BLOCK|TAG=1|# END ANSIBLE MANAGED BLOCK
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
    - ansible.builtin.blockinfile: {path: "{{ file }}", create: true, block: "MODE=safe"}
    - ansible.builtin.blockinfile: {path: "{{ file }}", create: true, block: "TAG=1"}
YAML
for run in first second; do
  same "$run run" 'changed=2' "$(venv/bin/ansible-playbook play.yml -e "file=$work/app.env" | grep -o 'changed=[0-9]*')"
done
same "the file" '# BEGIN ANSIBLE MANAGED BLOCK|TAG=1|# END ANSIBLE MANAGED BLOCK' "$(paste -sd'|' app.env)"
