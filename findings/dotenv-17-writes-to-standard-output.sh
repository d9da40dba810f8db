#!/usr/bin/env bash
# Software: dotenv 17.2.3 and 16.6.1 (npm).
# Most engineers expect: Loading .env writes nothing, so a script's output stays what it prints: `node
#   version.js | jq`.
# What happens: dotenv 17 prints a line to standard output at each `config()`, with a tip that changes, in front
#   of the script's own. 16 is silent; `quiet: true` or DOTENV_CONFIG_QUIET=true silences 17; 18.0.10 writes its
#   line to standard error.
# Output when it was run on 2026-11-29:
#   lines on standard output, dotenv 16.6.1: 1
#   lines on standard output, dotenv 17.2.3: 2
#   lines on standard output, dotenv 18.0.10: 1
#   how the line of 17.2.3 begins: [dotenv@17.2.3] injecting env (1) from .env
#   with DOTENV_CONFIG_QUIET=true: 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts dotenv@17.2.3 dotenv-16@npm:dotenv@16.6.1 dotenv-18@npm:dotenv@18.0.10 >> npm.log

echo 'A=1' > .env
load() { node -e "require('$1').config(); console.log(JSON.stringify({ok: true}))" 2>/dev/null; }
same "lines on standard output, dotenv 16.6.1" 1 "$(load dotenv-16 | wc -l)"
same "lines on standard output, dotenv 17.2.3" 2 "$(load dotenv | wc -l)"
same "lines on standard output, dotenv 18.0.10" 1 "$(load dotenv-18 | wc -l)"
same "how the line of 17.2.3 begins" '[dotenv@17.2.3] injecting env (1) from .env' "$(load dotenv | sed -n 1p | cut -c1-43)"
same "with DOTENV_CONFIG_QUIET=true" 1 "$(DOTENV_CONFIG_QUIET=true load dotenv | wc -l)"
