#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: Where a host is in several groups, the group that stands last in the inventory wins, or
#   the smallest one.
# What happens: Among groups of one level the one whose name is last in the alphabet wins: renaming a group
#   `zone` to `area` changes the deployed values. `ansible_group_priority` decides instead.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   web, zone, app: of-zone
#   web, area, app: of-web
#   web, area, app with a priority: of-app
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

try() {
  printf '[web]\nhost1\n[%s]\nhost1\n[app]\nhost1\n[web:vars]\ntag=of-web\n[%s:vars]\ntag=of-%s\n[app:vars]\ntag=of-app\n%s' "$1" "$1" "$1" "$2" > hosts
  venv/bin/ansible-inventory -i hosts --host host1 | sed -n 's/.*"tag": "\(.*\)".*/\1/p'
}
same "web, zone, app" of-zone "$(try zone '')"
same "web, area, app" of-web "$(try area '')"
same "web, area, app with a priority" of-app "$(try area 'ansible_group_priority=2
')"
