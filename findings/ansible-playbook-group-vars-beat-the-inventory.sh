#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: inventories/prod/group_vars/web.yml, the file of one environment, wins over
#   group_vars/web.yml beside the playbook, which holds what all environments share.
# What happens: The playbook's file wins, for a group of the same name and for `all` against `all`: production
#   gets the shared value. Only a more specific group decides before that, so the inventory's `web` beats the
#   playbook's `all`.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   inventory's web, playbook's web: tag of-the-playbook
#   inventory's all, playbook's all: tag of-the-playbook
#   inventory's web, playbook's all: tag of-the-inventory
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

mkdir -p prod/group_vars group_vars
printf '[web]\nhost1 ansible_connection=local\n' > prod/hosts
printf -- '- hosts: web\n  gather_facts: false\n  tasks: [{debug: {msg: "tag {{ tag }}"}}]\n' > play.yml
try() {
  rm -f prod/group_vars/* group_vars/*
  echo 'tag: of-the-inventory' > "prod/group_vars/$1.yml"
  echo 'tag: of-the-playbook' > "group_vars/$2.yml"
  venv/bin/ansible-playbook -i prod/hosts play.yml | grep -o 'tag [a-z-]*'
}
same "inventory's web, playbook's web" 'tag of-the-playbook' "$(try web web)"
same "inventory's all, playbook's all" 'tag of-the-playbook' "$(try all all)"
same "inventory's web, playbook's all" 'tag of-the-inventory' "$(try web all)"
