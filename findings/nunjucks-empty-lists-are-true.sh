#!/usr/bin/env bash
# Software: nunjucks 3.2.4 (npm) and Jinja2 3.1.6.
# Most engineers expect: nunjucks is a port of Jinja: `{% if allowed_ips %}` is false for an empty list and `{{
#   hosts or "none" }}` writes the fallback.
# What happens: It asks JavaScript, where an empty list and an empty mapping are true: the block is written with
#   nothing in it. `{% if allowed_ips | length %}` works in both.
# Output when it was run on 2026-11-29:
#   Jinja2: all
#   nunjucks: allow ;
#   with length, Jinja2: all
#   with length, nunjucks: all
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

template='{% if allowed %}allow {{ allowed | join(" ") }};{% else %}all{% endif %}'
jinja() { venv/bin/python -c 'import sys, jinja2; print(jinja2.Template(sys.argv[1]).render(allowed=[]))' "$1"; }
nunjucks() { node -p 'require("nunjucks").renderString(process.argv[1], {allowed: []})' "$1"; }
same "Jinja2" all "$(jinja "$template")"
same "nunjucks" 'allow ;' "$(nunjucks "$template")"
template='{% if allowed | length %}some{% else %}all{% endif %}'
same "with length, Jinja2" all "$(jinja "$template")"
same "with length, nunjucks" all "$(nunjucks "$template")"
