#!/usr/bin/env bash
# Software: nunjucks 3.2.4 (npm) and Jinja2 3.1.6.
# Most engineers expect: `{% for name in services %}` over a mapping goes over its keys.
# What happens: In nunjucks a loop with one variable over a mapping has no rounds at all and says nothing, so
#   the rendered file lacks all of them. With two variables, `{% for name, service in services %}`, it works
#   there, where Jinja2 needs `.items()`. And `set` in a loop changes the outer variable there, not in Jinja2.
# Output when it was run on 2026-11-29:
#   Jinja2: web db
#   nunjucks:
#   set in a loop, Jinja2: none
#   set in a loop, nunjucks: 2
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

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts nunjucks@3.2.4 >> npm.log

jinja() { venv/bin/python -c 'import sys, jinja2; print(jinja2.Template(sys.argv[1]).render(services={"web": 1, "db": 2}))' "$1"; }
nunjucks() { node -p 'require("nunjucks").renderString(process.argv[1], {services: {web: 1, db: 2}})' "$1"; }
template='{% for name in services %}{{ name }} {% endfor %}'
same "Jinja2" 'web db ' "$(jinja "$template")"
same "nunjucks" '' "$(nunjucks "$template")"
template='{% set last = "none" %}{% for n in [1, 2] %}{% set last = n %}{% endfor %}{{ last }}'
same "set in a loop, Jinja2" none "$(jinja "$template")"
same "set in a loop, nunjucks" 2 "$(nunjucks "$template")"
