#!/usr/bin/env bash
# Software: ansible-core 2.19.14, Jinja2 3.1.6 (minijinja 3.1.0 the same).
# Most engineers expect: `{{ names | join(',') }}` with `-e names=web`, or `names: web` in group_vars, writes
#   `web`: a single value counts as a list of one, as for `with_items` and module options.
# What happens: A text is a list of letters to the filters: `w,e,b`, and `names | first` is `w`. `[names] |
#   flatten` accepts both.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   join: w,e,b
#   first: w
#   flatten: web
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

ask() { venv/bin/ansible localhost -m ansible.builtin.debug -a "msg={{ $1 }}" -e names=web | sed -n 's/.*"msg": "\(.*\)"/\1/p'; }
same "join" 'w,e,b' "$(ask "names | join(',')")"
same "first" 'w' "$(ask 'names | first')"
same "flatten" 'web' "$(ask "[names] | flatten | join(',')")"
