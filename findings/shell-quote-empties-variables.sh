#!/usr/bin/env bash
# Software: shell-quote 1.12.0 (npm) and Python's shlex 3.11 or newer.
# Most engineers expect: `parse('serve --port=$PORT')` splits the command and leaves `$PORT` to whoever runs it,
#   as Python's shlex does.
# What happens: Without an environment it replaces each variable by nothing: the program gets `--port=`.
#   `${PORT:-80}` is empty even where PORT is given. Passing a function that returns `'$' + name` keeps them.
# Output when it was run on 2026-11-29:
#   shlex: ['serve', '--port=$PORT']
#   shell-quote: ["serve","--port="]
#   with PORT=80 and ${PORT:-1}: ["serve",""]
#   with a function: ["serve","--port=$PORT"]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts shell-quote@1.12.0 >> npm.log

ask() { node -p "JSON.stringify(require('shell-quote').parse($1))"; }
same "shlex" "['serve', '--port=\$PORT']" "$(python3 -c 'import shlex; print(shlex.split("serve --port=$PORT"))')"
same "shell-quote" '["serve","--port="]' "$(ask "'serve --port=\$PORT'")"
same "with PORT=80 and \${PORT:-1}" '["serve",""]' "$(ask "'serve \${PORT:-1}', {PORT: '80'}")"
same "with a function" '["serve","--port=$PORT"]' "$(ask "'serve --port=\$PORT', (name) => '\$' + name")"
