#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same), Python 3.7 or newer.
# Most engineers expect: `{{ name | regex_replace(".*", "app-\\0") }}`, or any `.*` that stands for the whole
#   text, replaces once.
# What happens: `.*` matches the whole text and then the empty rest behind it: the replacement is written twice.
#   `^.*$` does not help; `^.*` or `.+` does.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   .*: primaryprimary
#   ^.*: primary
#   .+: primary
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

filter() { venv/bin/ansible localhost -c local -m ansible.builtin.debug -a "msg=\"{{ 'db' | regex_replace('$1', 'primary') }}\"" | sed -n 's/.*"msg": "\(.*\)"/\1/p'; }
same ".*" primaryprimary "$(filter '.*')"
same "^.*" primary "$(filter '^.*')"
same ".+" primary "$(filter '.+')"
