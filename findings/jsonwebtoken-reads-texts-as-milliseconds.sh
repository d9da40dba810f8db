#!/usr/bin/env bash
# Software: jsonwebtoken 9.0.3 (npm).
# Most engineers expect: `expiresIn: process.env.TOKEN_TTL` with TOKEN_TTL=3600 is an hour, as `expiresIn: 3600`
#   is.
# What happens: A number counts seconds, a text without a unit milliseconds, and variables of the environment
#   are texts: the token is valid for three seconds. `1h` or `Number(…)` is an hour.
# Output when it was run on 2026-11-30:
#   TOKEN_TTL=3600: 3 s
#   Number(3600): 3600 s
#   TOKEN_TTL=1h: 3600 s
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
npm install --silent --no-audit --no-fund --ignore-scripts jsonwebtoken@9.0.3 >> npm.log

cat > ask.cjs <<'JS'
const jwt = require("jsonwebtoken");
const expiresIn = process.argv[2] === "number" ? Number(process.env.TOKEN_TTL) : process.env.TOKEN_TTL;
const { iat, exp } = jwt.decode(jwt.sign({}, "key", { expiresIn }));
console.log(`${exp - iat} s`);
JS
same "TOKEN_TTL=3600" '3 s' "$(TOKEN_TTL=3600 node ask.cjs text)"
same "Number(3600)" '3600 s' "$(TOKEN_TTL=3600 node ask.cjs number)"
same "TOKEN_TTL=1h" '3600 s' "$(TOKEN_TTL=1h node ask.cjs text)"
