#!/usr/bin/env bash
# Software: jmespath 1.1.0, which Ansible's json_query and the clouds' command lines use.
# Most engineers expect: `services[].name` and `services[].port` have an element for each service, so they can
#   be zipped.
# What happens: A projection leaves out what is null or missing: the lists have different lengths and pair the
#   wrong names and ports. `services[].[name, port]` keeps them together.
# Output when it was run on 2026-11-29:
#   services[].port: [80, 81]
#   both lists zipped: [('db', 80), ('web', 81)]
#   services[].[name, port]: [['db', None], ['web', 80], ['api', 81]]
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

cat > ask.py <<'PY'
import sys, jmespath
services = [{"name": "db"}, {"name": "web", "port": 80}, {"name": "api", "port": 81}]
print(jmespath.search(sys.argv[1], {"services": services}) if len(sys.argv) > 1 else
      list(zip(*(jmespath.search(f"services[].{key}", {"services": services}) for key in ("name", "port")))))
PY
same 'services[].port' '[80, 81]' "$(venv/bin/python ask.py 'services[].port')"
same 'both lists zipped' "[('db', 80), ('web', 81)]" "$(venv/bin/python ask.py)"
same 'services[].[name, port]' "[['db', None], ['web', 80], ['api', 81]]" "$(venv/bin/python ask.py 'services[].[name, port]')"
