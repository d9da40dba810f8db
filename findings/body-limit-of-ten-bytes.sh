#!/usr/bin/env bash
# Software: bytes 3.1.2 and body-parser 2.2.0 (npm), which express reads `limit` with; docker 7.2.0 (Docker's
#   SDK for Python).
# Most engineers expect: A limit of `10m` is ten megabytes, as in nginx's `client_max_body_size 10m` and
#   Docker's `mem_limit: 10m`; what can't be read is refused.
# What happens: The library knows `mb`, not `m`. It reads the number and takes it for bytes: a request of 11
#   bytes is too large. So it is for `10MiB` and, as 1, for `1.5g`. `10mb` is right.
# Output when it was run on 2026-11-29:
#   Docker, 10m: 10485760
#   bytes, 10m: 10
#   bytes, 10MiB: 10
#   bytes, 10mb: 10485760
#   limit: 10m, a body of 11 bytes: request entity too large
#   limit: 10mb, a body of 11 bytes: accepted
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
venv/bin/pip -q --disable-pip-version-check install 'docker==7.2.0'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts bytes@3.1.2 body-parser@2.2.0 >> npm.log

cat > ask.js <<'JS'
const { Readable } = require("stream");
const request = Readable.from([Buffer.from("hello world")]);
request.headers = { "content-type": "text/plain", "content-length": "11" };
require("body-parser").text({ limit: process.argv[2] })(request, {}, (error) => console.log(error ? error.message : "accepted"));
JS
same "Docker, 10m" 10485760 "$(venv/bin/python -c 'import docker; print(docker.utils.parse_bytes("10m"))')"
for size in 10m 10MiB; do same "bytes, $size" 10 "$(node -p "require('bytes').parse('$size')")"; done
same "bytes, 10mb" 10485760 "$(node -p "require('bytes').parse('10mb')")"
same "limit: 10m, a body of 11 bytes" 'request entity too large' "$(node ask.js 10m)"
same "limit: 10mb, a body of 11 bytes" 'accepted' "$(node ask.js 10mb)"
