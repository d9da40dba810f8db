#!/usr/bin/env bash
# Software: envalid 8.2.0 (npm).
# Most engineers expect: `devDefault` is for development: anywhere else a variable that is missing stops the
#   program.
# What happens: It is used for each NODE_ENV that is not exactly `production`: with `staging` or `prod` the
#   service starts with the development secret. Only `production`, or no NODE_ENV at all, makes the variable
#   required.
# Output when it was run on 2026-11-30:
#   production: refused
#   no NODE_ENV: refused
#   staging: of-development
#   prod: of-development
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
npm install --silent --no-audit --no-fund --ignore-scripts envalid@8.2.0 >> npm.log

cat > ask.cjs <<'JS'
const { cleanEnv, str } = require("envalid");
const reporter = ({ errors }) => { if (Object.keys(errors).length) { console.log("refused"); process.exit(0); } };
console.log(cleanEnv(process.env, { SESSION_SECRET: str({ devDefault: "of-development" }) }, { reporter }).SESSION_SECRET);
JS
unset NODE_ENV SESSION_SECRET
same "production" refused "$(NODE_ENV=production node ask.cjs)"
same "no NODE_ENV" refused "$(node ask.cjs)"
same "staging" of-development "$(NODE_ENV=staging node ask.cjs)"
same "prod" of-development "$(NODE_ENV=prod node ask.cjs)"
