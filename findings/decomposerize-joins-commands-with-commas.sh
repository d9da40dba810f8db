#!/usr/bin/env bash
# Software: decomposerize 1.4.4 (npm), composerize's inverse.
# Most engineers expect: The `docker run` line that is made of a service starts the same container.
# What happens: Lists are joined with commas: `command: [sh, -c, "migrate && serve"]` becomes `sh,-c,migrate &&
#   serve`, where the shell that runs the line takes `serve` for a second command on the host; the health check
#   becomes `CMD,check`. `$$` stays doubled.
# Output when it was run on 2026-11-29:
#   the command: sh,-c,migrate && serve
#   the health check: --health-cmd CMD,check
#   the variable: -e PRICE=5$$
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
npm install --silent --no-audit --no-fund --ignore-scripts decomposerize@1.4.4 >> npm.log

cat > compose.yml <<'YAML'
services:
  web:
    image: example/web:1
    command: [sh, -c, "migrate && serve"]
    environment: {PRICE: "5$$"}
    healthcheck: {test: [CMD, check]}
YAML
node -e 'const module_ = require("decomposerize"); console.log((module_.default || module_)(require("fs").readFileSync("compose.yml", "utf8")))' > line
same "the command" 'sh,-c,migrate && serve' "$(grep -o 'sh,.*' line)"
same "the health check" '--health-cmd CMD,check' "$(grep -oE -- '--health-cmd [^ ]*' line)"
same "the variable" '-e PRICE=5$$' "$(grep -oE -- '-e [^ ]*' line)"
