#!/usr/bin/env bash
# Software: Jinja2 3.1.6, minijinja 3.1.0 (Python), nunjucks 3.2.4 (npm).
# Most engineers expect: `{{ service.update }}` writes the value of the key `update`, as `{{ service.image }}`
#   writes that of `image`.
# What happens: In Jinja2 a method of the mapping wins: `update`, `copy`, `pop`, `get`, `items`, `keys`,
#   `values` and `clear` write `<built-in method …>`, without an error. minijinja and nunjucks write the value.
#   `service["update"]` works everywhere.
# Output when it was run on 2026-11-29:
#   Jinja2: order: <built-in method update of dict object
#   Jinja2, in brackets: order: start-first
#   minijinja: order: start-first
#   nunjucks: order: start-first
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
venv/bin/pip -q --disable-pip-version-check install 'Jinja2==3.1.6' 'minijinja==3.1.0'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts nunjucks@3.2.4 >> npm.log

template='order: {{ service.update }}'
render='import sys, jinja2; print(jinja2.Template(sys.argv[1]).render(service={"update": "start-first"}))'
same "Jinja2" 'order: <built-in method update of dict object' "$(venv/bin/python -c "$render" "$template" | sed 's/ at 0x.*//')"
same "Jinja2, in brackets" 'order: start-first' "$(venv/bin/python -c "$render" 'order: {{ service["update"] }}')"
same "minijinja" 'order: start-first' "$(venv/bin/python -c 'import sys, minijinja; print(minijinja.Environment().render_str(sys.argv[1], service={"update": "start-first"}))' "$template")"
same "nunjucks" 'order: start-first' "$(node -p 'require("nunjucks").renderString(process.argv[1], {service: {update: "start-first"}})' "$template")"
