#!/usr/bin/env bash
# Software: winston 3.19.0 (npm), Python's logging 3.11 or newer.
# Most engineers expect: LOG_LEVEL=INFO, as Python's logging wants it, or LOG_LEVEL=warning works for each
#   service of the stack, or is refused.
# What happens: winston knows `info` and `warn`: with any other name nothing is written at all, errors neither,
#   and nothing is said. Python refuses the lower case.
# Output when it was run on 2026-11-30:
#   info: 3 of 3 lines
#   INFO: 0 of 3 lines
#   INFO, Python: accepted
#   warning: 0 of 3 lines
#   info, Python: ValueError: Unknown level: 'info'
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
npm install --silent --no-audit --no-fund --ignore-scripts winston@3.19.0 >> npm.log

cat > ask.cjs <<'JS'
const winston = require("winston");
const { Writable } = require("stream");
let lines = 0;
const stream = new Writable({ write(chunk, encoding, done) { lines += 1; done(); } });
const log = winston.createLogger({ level: process.env.LOG_LEVEL, transports: [new winston.transports.Stream({ stream })] });
log.error("no connection"); log.warn("slow"); log.info("started");
console.log(`${lines} of 3 lines`);
JS
python_() { python3 -c 'import logging, os; logging.basicConfig(level=os.environ["LOG_LEVEL"]); print("accepted")' 2>&1 | tail -n 1; }
export LOG_LEVEL
LOG_LEVEL=info; same "info" '3 of 3 lines' "$(node ask.cjs)"
LOG_LEVEL=INFO; same "INFO" '0 of 3 lines' "$(node ask.cjs)"
same "INFO, Python" 'accepted' "$(python_)"
LOG_LEVEL=warning; same "warning" '0 of 3 lines' "$(node ask.cjs)"
LOG_LEVEL=info; same "info, Python" "ValueError: Unknown level: 'info'" "$(python_)"
