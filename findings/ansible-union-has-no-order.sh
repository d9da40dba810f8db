#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same).
# Most engineers expect: `base_hosts | union(extra_hosts)` keeps the order of the first list and appends what is
#   new, on every run.
# What happens: The result goes through a set of Python: the order changes from run to run. A template that
#   joins it changes the file, and restarts the service, though nothing changed. `| sort` behind it helps;
#   `unique` keeps the order.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   orders of union in four runs, more than one: yes
#   orders of unique in four runs: b a d c
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

render() { PYTHONHASHSEED=$1 venv/bin/ansible localhost -c local -m ansible.builtin.debug -a "msg=\"{{ $2 | join(' ') }}\"" | sed -n 's/.*"msg": "\(.*\)"/\1/p'; }
for seed in 1 2 3 4; do render "$seed" "['b', 'a', 'd'] | union(['c', 'a'])"; done | sort -u > orders
for seed in 1 2 3 4; do render "$seed" "(['b', 'a', 'd'] + ['c', 'a']) | unique"; done | sort -u > unique
same "orders of union in four runs, more than one" yes "$([ "$(wc -l < orders)" -gt 1 ] && echo yes || echo no)"
same "orders of unique in four runs" 'b a d c' "$(cat unique)"
