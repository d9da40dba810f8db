#!/usr/bin/env bash
# Software: Celery 5.5.3, redis 5.2.1 (Python).
# Most engineers expect: the broker that a program gives to `Celery(broker=…)`, or sets in `app.conf`, is the one that it
#   uses; a variable counts where the program reads it.
# What happens: Celery reads CELERY_BROKER_URL and CELERY_RESULT_BACKEND by itself and takes them before everything that
#   the code says. A variable that a stack gives to all of its containers sends the workers of one of them to another queue.
# Output when it was run on 2026-12-01:
#   without variables: redis://queue:6379/0 redis://queue:6379/1
#   with both variables: redis://other:6379/0 redis://other:6379/1
#   after the code sets the broker again: redis://other:6379/0
#   the connection for tasks: redis://other:6379/0
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
venv/bin/pip -q --disable-pip-version-check install 'celery==5.5.3' 'redis==5.2.1'

cat > tasks.py <<'PY'
import sys

from celery import Celery

app = Celery("tasks", broker="redis://queue:6379/0", backend="redis://queue:6379/1")
if "again" in sys.argv:
    app.conf.broker_url = "redis://third:6379/0"
    print(app.conf.broker_url)
elif "connection" in sys.argv:
    print(app.connection_for_write().as_uri())
else:
    print(app.conf.broker_url, app.conf.result_backend)
PY
unset CELERY_BROKER_URL CELERY_RESULT_BACKEND
same "without variables" "redis://queue:6379/0 redis://queue:6379/1" "$(venv/bin/python tasks.py)"
export CELERY_BROKER_URL=redis://other:6379/0 CELERY_RESULT_BACKEND=redis://other:6379/1
same "with both variables" "redis://other:6379/0 redis://other:6379/1" "$(venv/bin/python tasks.py)"
same "after the code sets the broker again" "redis://other:6379/0" "$(venv/bin/python tasks.py again)"
same "the connection for tasks" "redis://other:6379/0" "$(venv/bin/python tasks.py connection)"
