#!/usr/bin/env bash
# Software: Jinja2 3.1.6.
# Most engineers expect: `name | truncate(63, true, "")` gives at most 63 characters, so it fits a host name or
#   a label.
# What happens: A text that is no more than five characters longer is not cut at all (the policy
#   `truncate.leeway`): 68 characters come out. `truncate(63, true, "", 0)` or `name[:63]` cuts.
# Output when it was run on 2026-11-29:
#   68 characters: 68
#   69 characters: 63
#   68 characters, leeway 0: 63
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
venv/bin/pip -q --disable-pip-version-check install 'Jinja2==3.1.6'

length() { venv/bin/python -c 'import sys, jinja2; print(len(jinja2.Template(sys.argv[1]).render(name="a" * int(sys.argv[2]))))' "$@"; }
same "68 characters" 68 "$(length '{{ name | truncate(63, true, "") }}' 68)"
same "69 characters" 63 "$(length '{{ name | truncate(63, true, "") }}' 69)"
same "68 characters, leeway 0" 63 "$(length '{{ name | truncate(63, true, "", 0) }}' 68)"
