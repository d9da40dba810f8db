#!/usr/bin/env bash
# Software: pm2 7.0.4.
# Most engineers expect: pm2-runtime in a container hands TERM to the program, which has the whole
#   `stop_grace_period` to finish its requests.
# What happens: The program gets INT instead, so one that listens for TERM ends at once, and KILL after 1.6
#   seconds, whatever the grace period is; pm2-runtime ends with 0. `kill_timeout` in the program's entry prolongs
#   it.
# Output when it was run on 2026-12-01:
#   pm2 7.0.4
#   as it is: up told SIGINT, exit code 0
#   kill_timeout: 10000: up told SIGINT finished, exit code 0
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
npm install --no-audit --no-fund --ignore-scripts pm2@7.0.4 > log 2>&1
echo "pm2 $(grep -m 1 '"version"' node_modules/pm2/package.json | grep -oE '[0-9.]+')"
export HOME=$work
cat > serve.js <<'JS'
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    console.log('told ' + signal);
    setTimeout(() => { console.log('finished'); process.exit(0); }, 4000);
  });
}
setInterval(() => {}, 1000);
console.log('up');
JS
seen() {
  export PM2_HOME=$work/$1
  node node_modules/pm2/bin/pm2-runtime "$2" > said 2>&1 &
  program=$!
  for _ in $(seq 300); do grep -q '^up' said && break; sleep 0.1; done
  sleep 1
  kill "$program"
  wait "$program" && code=0 || code=$?
  echo "$(grep -oE '^(up|told SIG[A-Z]+|finished)' said | paste -sd' '), exit code $code"
}
same "as it is" 'up told SIGINT, exit code 0' "$(seen one serve.js)"
echo "module.exports = {apps: [{name: 'app', script: 'serve.js', kill_timeout: 10000}]};" > ecosystem.config.js
same "kill_timeout: 10000" 'up told SIGINT finished, exit code 0' "$(seen two ecosystem.config.js)"
