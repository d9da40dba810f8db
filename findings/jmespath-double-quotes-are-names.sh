#!/usr/bin/env bash
# Software: jmespath 1.1.0, which Ansible's json_query and the clouds' command lines use.
# Most engineers expect: `services[?name=="web"].port` finds the port of web.
# What happens: Double quotes are for names of fields in JMESPath: it compares with the field `web`, which
#   nobody has, and returns an empty list, without an error. Single quotes or backticks are for texts.
# Output when it was run on 2026-11-29:
#   double quotes: []
#   single quotes: [80]
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
venv/bin/pip -q --disable-pip-version-check install 'jmespath==1.1.0'

find() { venv/bin/python -c 'import sys, jmespath; print(jmespath.search(sys.argv[1], {"services": [{"name": "web", "port": 80}]}))' "$1"; }
same 'double quotes' '[]' "$(find 'services[?name=="web"].port')"
same 'single quotes' '[80]' "$(find "services[?name=='web'].port")"
