#!/usr/bin/env bash
# Software: pyaml-env 1.2.2.
# Most engineers expect: `!ENV ${PORT}` without PORT is an error, empty or null.
# What happens: The value is the text `N/A`, also as a part of a longer one: the client connects to the host
#   `N/A`, and a test for an empty value does not see it. `raise_if_na=True` makes it an error.
# Output when it was run on 2026-11-29:
#   host: 'N/A'
#   address: 'N/A:5432'
#   with a default: 'db'
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
venv/bin/pip -q --disable-pip-version-check install 'pyaml-env==1.2.2'

cat > config.yml <<'YAML'
host: !ENV ${DB_HOST}
address: !ENV ${DB_HOST}:5432
fallback: !ENV ${DB_HOST:db}
YAML
ask() { env -u DB_HOST venv/bin/python -c "import pyaml_env; print(repr(pyaml_env.parse_config('config.yml')['$1']))"; }
same "host" "'N/A'" "$(ask host)"
same "address" "'N/A:5432'" "$(ask address)"
same "with a default" "'db'" "$(ask fallback)"
