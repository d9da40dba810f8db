#!/usr/bin/env bash
# Software: APScheduler 3.11.3.
# Most engineers expect: A nightly job that can not start at its second, since others hold the workers or the
#   machine was busy, starts when it can.
# What happens: A job that is more than one second late is left out for that day, with a line in the log of
#   `apscheduler` alone, which most programs do not show. `misfire_grace_time=None` starts it however late it is.
# Output when it was run on 2026-12-01:
#   APScheduler 3.11.3
#   as it is: report
#   in the log: was missed by
#   misfire_grace_time=None: report backup
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
venv/bin/pip -q --disable-pip-version-check install 'apscheduler==3.11.3'
venv/bin/pip list 2>/dev/null | grep -i '^apscheduler '
cat > ask.py <<'PY'
import sys
import time
from datetime import datetime, timedelta
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
ran = []
def report():
    time.sleep(3)
    ran.append("report")
# One worker, busy for three seconds with the first job: the second one is two seconds late.
scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)})
start = datetime.now().astimezone() + timedelta(seconds=1)
options = {"misfire_grace_time": None} if len(sys.argv) > 1 else {}
scheduler.add_job(report, "date", run_date=start)
scheduler.add_job(lambda: ran.append("backup"), "date", run_date=start + timedelta(seconds=1), **options)
scheduler.start()
time.sleep(8)
scheduler.shutdown()
print(*ran)
PY
same "as it is" 'report' "$(venv/bin/python ask.py 2> log)"
same "in the log" 'was missed by' "$(grep -o 'was missed by' log)"
same "misfire_grace_time=None" 'report backup' "$(venv/bin/python ask.py never 2> log)"
