#!/usr/bin/env bash
# Software: APScheduler 3.11.3, croniter 7.0.0.
# Most engineers expect: With a day of the month and a weekday, `0 3 1 * mon` runs on the first of each month
#   and on each Monday, as cron has always done.
# What happens: For APScheduler both have to hold: it runs on a first that is a Monday, three times in fourteen
#   months. croniter does as cron.
# Output when it was run on 2026-11-29:
#   croniter: 2026-01-05 2026-01-12 2026-01-19
#   APScheduler: 2026-06-01 2027-02-01 2027-03-01
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

cat > ask.py <<'PY'
import sys
from datetime import datetime, timedelta, timezone
from apscheduler.triggers.cron import CronTrigger
from croniter import croniter
now, days = datetime(2026, 1, 1, 12, tzinfo=timezone.utc), []
trigger = CronTrigger.from_crontab(sys.argv[2], timezone=timezone.utc)
steps = croniter(sys.argv[2], now)
for _ in range(3):
    at = steps.get_next(datetime) if sys.argv[1] == "croniter" else trigger.get_next_fire_time(None, now)
    days.append(at.strftime("%F"))
    now = at + timedelta(seconds=1)
print(*days)
PY
same "croniter" '2026-01-05 2026-01-12 2026-01-19' "$(venv/bin/python ask.py croniter '0 3 1 * mon')"
same "APScheduler" '2026-06-01 2027-02-01 2027-03-01' "$(venv/bin/python ask.py apscheduler '0 3 1 * mon')"
