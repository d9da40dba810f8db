#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `lookup('csvfile', 'web file=hosts.csv')` reads a file of comma-separated values, and
#   what is not found is an error.
# What happens: The default delimiter is a tab: no row begins with `web` alone, and the lookup's answer is an
#   empty list, written as `[]`, without an error. `delimiter=,` is needed; `col` counts from 0 and is 1 by
#   default.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   by default: address=[]
#   delimiter=,: address=192.0.2.1
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

printf 'web,192.0.2.1\ndb,192.0.2.2\n' > hosts.csv
ask() { venv/bin/ansible localhost -m ansible.builtin.debug -a "msg=address={{ lookup('csvfile', 'web file=$work/hosts.csv$1') }}" | grep -o 'address=[^"]*'; }
same "by default" 'address=[]' "$(ask '')"
same "delimiter=," 'address=192.0.2.1' "$(ask ' delimiter=,')"
