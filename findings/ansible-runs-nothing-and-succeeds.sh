#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: A playbook run that matches nothing fails: `hosts: wbe`, `--tags deplyo`,
#   `--start-at-task` with a name that no task has, a misspelt host beside a right one in `--limit`.
# What happens: All end with 0, some with a warning: the pipeline is green and nothing was deployed, or one host
#   of two. Only `--limit` without any host left fails.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   as it should be: 2 hosts, exit 0
#   hosts: wbe: 0 hosts, exit 0
#   --tags deplyo: 0 hosts, exit 0
#   --start-at-task deploi: 0 hosts, exit 0
#   --limit web1,wbe2: 1 hosts, exit 0
#   --limit wbe2: 0 hosts, exit 1
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

printf '[web]\nweb1\nweb2\n' > hosts
play() {
  printf -- '- hosts: %s\n  gather_facts: false\n  tasks: [{name: deploy, debug: {msg: deployed}, tags: deploy}]\n' "$1" > play.yml
  status=0
  venv/bin/ansible-playbook -i hosts "${@:2}" play.yml > log 2>&1 || status=$?
  echo "$(grep -c '"msg": "deployed"' log) hosts, exit $status"
}
same "as it should be" '2 hosts, exit 0' "$(play web)"
same "hosts: wbe" '0 hosts, exit 0' "$(play wbe)"
same "--tags deplyo" '0 hosts, exit 0' "$(play web --tags deplyo)"
same "--start-at-task deploi" '0 hosts, exit 0' "$(play web --start-at-task deploi)"
same "--limit web1,wbe2" '1 hosts, exit 0' "$(play web --limit web1,wbe2)"
same "--limit wbe2" '0 hosts, exit 1' "$(play web --limit wbe2)"
