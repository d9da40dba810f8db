#!/usr/bin/env bash
# Software: pm2 6.0.14.
# Most engineers expect: `pm2 restart app` after a change of `env` in ecosystem.config.js, or of the
#   variables of the shell, starts the program with the new values.
# What happens: It starts with those of the first start, which pm2 has kept; `pm2 reload app` too. The file
#   is read again by `pm2 restart ecosystem.config.js` alone, the shell with `--update-env`.
# Output when it was run on 2026-11-30:
#   pm2@6.0.14
#   start ecosystem.config.js: one
#   restart app, after a change of the file: one
#   reload app: one
#   restart ecosystem.config.js: two
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
npm install --no-audit --no-fund pm2@6.0.14 > log 2>&1
npm ls | grep -o 'pm2@.*'
export PM2_HOME=$work/pm2
trap '"$work/node_modules/.bin/pm2" kill > /dev/null 2>&1; rm -rf "$work"' EXIT

cat > app.js <<'JS'
require("fs").writeFileSync(process.argv[2] + ".new", String(process.env.API_URL));
require("fs").renameSync(process.argv[2] + ".new", process.argv[2]);
setInterval(() => {}, 1000);
JS
run() {
  rm -f seen
  node_modules/.bin/pm2 "$@" > log 2>&1
  for _ in $(seq 100); do [ -e seen ] && break; sleep 0.1; done
  cat seen
}
write() { echo "module.exports = {apps: [{name: 'app', script: 'app.js', args: '$work/seen', env: {API_URL: '$1'}}]};" > ecosystem.config.js; }
write one
same 'start ecosystem.config.js' one "$(run start ecosystem.config.js)"
write two
same 'restart app, after a change of the file' one "$(run restart app)"
same 'reload app' one "$(run reload app)"
same 'restart ecosystem.config.js' two "$(run restart ecosystem.config.js)"
