#!/usr/bin/env bash
# Software: prettier 3.10.1 (npm) and Jinja2 3.1.6.
# Most engineers expect: A formatter changes the layout of a YAML file, never what it says; a templated
#   compose.yml that is no good YAML is left alone.
# What happens: An unquoted `{{ image }}` is valid YAML, a mapping whose key is a mapping. prettier writes it as
#   `{ { image } }`, with exit code 0, and Jinja no longer sees an expression: the file is deployed with the
#   braces. In quotes it stays.
# Output when it was run on 2026-11-29:
#   before, image: example/web:1
#   prettier: exit 0
#   after, image: { { image } }
#   after, command: "serve"
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
venv/bin/pip -q --disable-pip-version-check install 'jinja2==3.1.6'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts prettier@3.10.1 >> npm.log

printf 'services:\n  web:\n    image: {{ image }}\n    command: "{{ command }}"\n' > compose.yml
render() { venv/bin/python -c 'import jinja2; print(jinja2.Template(open("compose.yml").read()).render(image="example/web:1", command="serve"))' | sed -n "s/^ *$1: //p"; }
same "before, image" 'example/web:1' "$(render image)"
status=0
npx prettier --log-level silent --write compose.yml > /dev/null || status=$?
same "prettier" 'exit 0' "exit $status"
same "after, image" '{ { image } }' "$(render image)"
same "after, command" '"serve"' "$(render command)"
