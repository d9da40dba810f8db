#!/usr/bin/env bash
# Software: croniter 7.0.0 (Python) and cron-parser 5.10.6 (npm).
# Most engineers expect: An expression of six fields has its seconds in one place: `0 5 3 * * *` is five past
#   three each day for both.
# What happens: cron-parser takes the first field for the seconds, croniter the last. For croniter it is each
#   second of the minute 05:00 on the third of the month. Neither complains: most numbers fit both places.
# Output when it was run on 2026-11-29:
#   cron-parser: 2026-01-01T03:05:00 2026-01-02T03:05:00
#   croniter: 2026-01-03T05:00:00 2026-01-03T05:00:01
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'croniter==7.0.0'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts cron-parser@5.10.6 >> npm.log

cat > ask.py <<'PY'
from datetime import datetime
from croniter import croniter
steps = croniter("0 5 3 * * *", datetime(2026, 1, 1))
print(*[steps.get_next(datetime).strftime("%FT%T") for _ in range(2)])
PY
cat > ask.js <<'JS'
const { CronExpressionParser } = require("cron-parser");
const next = CronExpressionParser.parse("0 5 3 * * *", { currentDate: "2026-01-01T00:00:00Z", tz: "UTC" });
console.log([next.next(), next.next()].map((at) => at.toISOString().slice(0, 19)).join(" "));
JS
same "cron-parser" '2026-01-01T03:05:00 2026-01-02T03:05:00' "$(node ask.js)"
same "croniter" '2026-01-03T05:00:00 2026-01-03T05:00:01' "$(venv/bin/python ask.py)"
