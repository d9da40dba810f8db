#!/usr/bin/env bash
# Software: gunicorn 27.0.1.
# Most engineers expect: `gunicorn app:app` listens on 127.0.0.1:8000; PORT in the environment is the
#   application's own variable, or the database's, in a shared env file.
# What happens: Where PORT is set, gunicorn listens on 0.0.0.0 and that port: on a host, or with `network_mode:
#   host`, the application is open to the network because an env file names a port. WEB_CONCURRENCY is read
#   likewise. `--bind` decides.
# Output when it was run on 2026-11-29:
#   PORT not set: bind ['127.0.0.1:8000'] workers 1
#   PORT=9000: bind ['0.0.0.0:9000'] workers 1
#   WEB_CONCURRENCY=4: bind ['127.0.0.1:8000'] workers 4
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
venv/bin/pip -q --disable-pip-version-check install 'gunicorn==27.0.1'

echo 'def app(environ, start_response): pass' > app.py
ask() { env -u PORT -u WEB_CONCURRENCY "$@" venv/bin/gunicorn --print-config app:app 2> log | sed -n 's/^\(bind\|workers\) *= */\1 /p' | paste -sd' '; }
same "PORT not set" "bind ['127.0.0.1:8000'] workers 1" "$(ask LANG=C)"
same "PORT=9000" "bind ['0.0.0.0:9000'] workers 1" "$(ask PORT=9000)"
same "WEB_CONCURRENCY=4" "bind ['127.0.0.1:8000'] workers 4" "$(ask WEB_CONCURRENCY=4)"
