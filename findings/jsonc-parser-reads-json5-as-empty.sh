#!/usr/bin/env bash
# Software: jsonc-parser 3.3.1, which editors use, and json5 2.2.3 (npm).
# Most engineers expect: A tool that reads JSON with comments refuses JSON5, such as a gateway's configuration
#   with names that are not quoted, or reads it.
# What happens: `parse` drops what it does not know and returns the rest, without an error: `{}` for names
#   without quotes, only the other keys beside a name in single quotes, 0 for `0x10`. Errors are in a list that
#   has to be asked for.
# Output when it was run on 2026-11-30:
#   names without quotes: {"gateway":{"port":18789}} {} errors in the list
#   single quotes: {"bind":"lan","port":1} {"port":1} errors in the list
#   a hexadecimal number: {"port":16} {"port":0} errors in the list
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
npm install --silent --no-audit --no-fund --ignore-scripts jsonc-parser@3.3.1 json5@2.2.3 >> npm.log

cat > ask.cjs <<'JS'
const { parse } = require("jsonc-parser");
const JSON5 = require("json5");
const text = process.argv[2], errors = [];
parse(text, errors);
console.log(JSON.stringify(JSON5.parse(text)), JSON.stringify(parse(text)), `${errors.length > 0 ? "errors" : "no errors"} in the list`);
JS
same "names without quotes" '{"gateway":{"port":18789}} {} errors in the list' "$(node ask.cjs '{gateway: {port: 18789}}')"
same "single quotes" '{"bind":"lan","port":1} {"port":1} errors in the list' "$(node ask.cjs "{'bind': 'lan', \"port\": 1}")"
same "a hexadecimal number" '{"port":16} {"port":0} errors in the list' "$(node ask.cjs '{"port": 0x10}')"
