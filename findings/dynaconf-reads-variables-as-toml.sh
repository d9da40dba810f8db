#!/usr/bin/env bash
# Software: dynaconf 3.3.5.
# Most engineers expect: A variable of the environment is a text, and compose passes it as a text: DYNACONF_TAG
#   is "1.10" where compose says "1.10".
# What happens: dynaconf reads each value as TOML: 1.10 is the number 1.1, a password 12e4 the number 120000.0,
#   a version 2024-01-01 a date. Quotes inside the value keep it, `\'"1.10"\'` in the compose file.
# Output when it was run on 2026-11-29:
#   1.10: 1.1
#   12e4: 120000.0
#   2024-01-01: datetime.date(2024, 1, 1)
#   "1.10": '1.10'
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
venv/bin/pip -q --disable-pip-version-check install 'dynaconf==3.3.5'

value() { DYNACONF_V=$1 venv/bin/python -c 'from dynaconf import Dynaconf; print(repr(Dynaconf().V))'; }
same 1.10 1.1 "$(value 1.10)"
same 12e4 120000.0 "$(value 12e4)"
same 2024-01-01 'datetime.date(2024, 1, 1)' "$(value 2024-01-01)"
same '"1.10"' "'1.10'" "$(value '"1.10"')"
