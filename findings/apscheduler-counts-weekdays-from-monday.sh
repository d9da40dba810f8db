#!/usr/bin/env bash
# Software: APScheduler 3.11.3, which LiteLLM's proxy uses; croniter 7.0.0; cron-parser 5.10.6 (npm).
# Most engineers expect: `0 3 * * 1-5`, read with from_crontab(), is Monday to Friday, and `0` is Sunday, as in
#   each crontab.
# What happens: APScheduler counts from Monday as 0: `1-5` is Tuesday to Saturday, `0` is Monday, and `7` is
#   refused. Names (`mon-fri`) mean the same everywhere.
# Output when it was run on 2026-11-29:
#   0 3 * * 1-5, croniter: Mon Tue Wed Thu Fri
#   0 3 * * 1-5, cron-parser: Mon Tue Wed Thu Fri
#   0 3 * * 1-5, APScheduler: Tue Wed Thu Fri Sat
#   0 3 * * mon-fri, APScheduler: Mon Tue Wed Thu Fri
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
venv/bin/pip -q --disable-pip-version-check install 'apscheduler==3.11.3' 'croniter==7.0.0'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts cron-parser@5.10.6 >> npm.log

cat > ask.py <<'PY'
import sys
from datetime import datetime, timedelta, timezone
from apscheduler.triggers.cron import CronTrigger
from croniter import croniter
now, days = datetime(2026, 11, 28, 12, tzinfo=timezone.utc), []  # a Saturday
if sys.argv[1] == "croniter":
    days = [d.strftime("%a") for d, _ in zip(croniter(sys.argv[2], now).all_next(datetime), range(5))]
else:
    trigger = CronTrigger.from_crontab(sys.argv[2], timezone=timezone.utc)
    for _ in range(5):
        at = trigger.get_next_fire_time(None, now)
        days.append(at.strftime("%a"))
        now = at + timedelta(seconds=1)
print(*days)
PY
cat > ask.js <<'JS'
const { CronExpressionParser } = require("cron-parser");
const next = CronExpressionParser.parse(process.argv[2], { currentDate: "2026-11-28T12:00:00Z", tz: "UTC" });
console.log(Array.from({ length: 5 }, () => next.next().toDate().toUTCString().slice(0, 3)).join(" "));
JS
same "0 3 * * 1-5, croniter" 'Mon Tue Wed Thu Fri' "$(venv/bin/python ask.py croniter '0 3 * * 1-5')"
same "0 3 * * 1-5, cron-parser" 'Mon Tue Wed Thu Fri' "$(node ask.js '0 3 * * 1-5')"
same "0 3 * * 1-5, APScheduler" 'Tue Wed Thu Fri Sat' "$(venv/bin/python ask.py apscheduler '0 3 * * 1-5')"
same "0 3 * * mon-fri, APScheduler" 'Mon Tue Wed Thu Fri' "$(venv/bin/python ask.py apscheduler '0 3 * * mon-fri')"
