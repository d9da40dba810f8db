#!/usr/bin/env bash
# Software: pg-connection-string 2.14.1 (npm, the reader of pg).
# Most engineers expect: `?sslmode=require` in the one DATABASE_URL means what libpq and psycopg make of it:
#   encrypted, without a look at the certificate; `prefer` falls back.
# What happens: pg reads `prefer` and `require` like `verify-full`, with a warning to standard error: the Node
#   service fails at a self-signed certificate where the Python service works. `no-verify`, which libpq refuses,
#   or uselibpqcompat=true makes it libpq's.
# Output when it was run on 2026-11-29:
#   prefer: verifies
#   require: verifies
#   require with uselibpqcompat: does not verify
#   disable: no TLS
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
npm install --silent --no-audit --no-fund --ignore-scripts pg-connection-string@2.14.1 >> npm.log

cat > ask.js <<'JS'
const found = require("pg-connection-string").parse("postgres:/" + "/app@db/app?sslmode=" + process.argv[2]).ssl;
console.log(found === false ? "no TLS" : found.rejectUnauthorized === false ? "does not verify" : "verifies");
JS
seen() { node --no-warnings ask.js "$1"; }
same "prefer" verifies "$(seen prefer)"
same "require" verifies "$(seen require)"
same "require with uselibpqcompat" 'does not verify' "$(seen 'require&uselibpqcompat=true')"
same "disable" 'no TLS' "$(seen disable)"
