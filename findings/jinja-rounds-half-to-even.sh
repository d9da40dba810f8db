#!/usr/bin/env bash
# Software: Jinja2 3.1.6, minijinja 3.1.0 (Python), nunjucks 3.2.4 (npm).
# Most engineers expect: `{{ (workers / 2) | round }}` rounds a half up and writes a whole number: 5 workers
#   give 3.
# What happens: Jinja2 and minijinja round a half to the even neighbour and write a fraction: 2.0 for 5 workers,
#   4.0 for 7. nunjucks gives 3 and 4, so one template starts different numbers of workers.
# Output when it was run on 2026-11-29:
#   Jinja2: 2.0 4.0
#   minijinja: 2.0 4.0
#   nunjucks: 3 4
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

template='{{ (5 / 2) | round }} {{ (7 / 2) | round }}'
same "Jinja2" '2.0 4.0' "$(venv/bin/python -c 'import sys, jinja2; print(jinja2.Template(sys.argv[1]).render())' "$template")"
same "minijinja" '2.0 4.0' "$(venv/bin/python -c 'import sys, minijinja; print(minijinja.Environment().render_str(sys.argv[1]))' "$template")"
same "nunjucks" '3 4' "$(node -p 'require("nunjucks").renderString(process.argv[1])' "$template")"
