#!/usr/bin/env bash
# Software: Jinja2 3.1.6, minijinja 3.1.0 (Python), nunjucks 3.2.4 (npm).
# Most engineers expect: `{% set found = true %}` in a loop is gone behind it, as in Jinja2, where templates use
#   `namespace` because of that; and `{{ found }}` is written `False`.
# What happens: In nunjucks the variable outside is changed: a template that renders its fallback in Jinja2 does
#   not there. Booleans are written `true` and `false` by nunjucks, `True` and `False` by the other two, and
#   null is nothing instead of `None`.
# Output when it was run on 2026-11-30:
#   set in a loop: False|False|true
#   true and null: True None|True None|true
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

cat > render.py <<'PY'
import sys, jinja2, minijinja
print(jinja2.Environment().from_string(sys.argv[1]).render(names=["web"], nothing=None))
print(minijinja.Environment().render_str(sys.argv[1], names=["web"], nothing=None))
PY
render() {
  venv/bin/python render.py "$1" | paste -sd'|' | tr -d '\n'
  node -e 'const n = require("nunjucks"); n.configure({ autoescape: false }); console.log("|" + n.renderString(process.argv[1], { names: ["web"], nothing: null }))' "$1"
}
same "set in a loop" 'False|False|true' "$(render '{% set found = false %}{% for n in names %}{% set found = true %}{% endfor %}{{ found }}')"
same "true and null" 'True None|True None|true ' "$(render '{{ true }} {{ nothing }}')"
