#!/usr/bin/env bash
# Software: ini 6.0.0 (npm, npm's own reader) and Python's configparser 3.11 or newer.
# Most engineers expect: `[app.example.org]` is a section of that name.
# What happens: The npm library splits it at each dot into three nested sections, so `config['app.example.org']`
#   is undefined: a program that looks its host or domain up finds nothing. A backslash before the dot,
#   `[app\\.example\\.org]`, keeps it, and is part of the name for configparser.
# Output when it was run on 2026-11-29:
#   configparser: ['app.example.org']
#   ini: {"app":{"example":{"org":{"port":"80"}}}}
#   ini, backslashes: {"app.example.org":{"port":"80"}}
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
npm install --silent --no-audit --no-fund --ignore-scripts ini@6.0.0 >> npm.log

printf '[app.example.org]\nport = 80\n' > app.ini
same "configparser" "['app.example.org']" "$(python3 -c 'import configparser; c = configparser.ConfigParser(); c.read("app.ini"); print(c.sections())')"
same "ini" '{"app":{"example":{"org":{"port":"80"}}}}' "$(node -p 'JSON.stringify(require("ini").parse(require("fs").readFileSync("app.ini", "utf8")))')"
printf '[app\\.example\\.org]\nport = 80\n' > app.ini
same "ini, backslashes" '{"app.example.org":{"port":"80"}}' "$(node -p 'JSON.stringify(require("ini").parse(require("fs").readFileSync("app.ini", "utf8")))')"
