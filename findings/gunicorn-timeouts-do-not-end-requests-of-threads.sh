#!/usr/bin/env bash
# Software: gunicorn 27.0.1.
# Most engineers expect: `gunicorn --timeout 30 --threads 4` gives a request 30 seconds, as `--timeout 30` does
#   without threads.
# What happens: With threads the timeout is for the worker's sign of life, which a waiting request does not hold
#   up: the request goes on for as long as it likes, and four of them that wait for a slow model or database
#   take the worker's threads for ever. The limit has to be set in the proxy and in the clients of those
#   services.
# Output when it was run on 2026-12-01:
#   gunicorn (version 27.0.1)
#   --timeout 2: ended by the timeout
#   --timeout 2 --threads 4: answered after six seconds
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
venv/bin/gunicorn --version
cat > app.py <<'PY'
import time
def app(environ, start_response):
    time.sleep(0 if environ["PATH_INFO"] == "/" else 6)
    start_response("200 OK", [("content-length", "2")])
    return [b"ok"]
PY
seen() {
  venv/bin/gunicorn --bind 127.0.0.1:18771 --timeout 2 "$@" app:app > log 2>&1 &
  server=$!
  for _ in $(seq 300); do curl -s --noproxy '*' -o /dev/null 127.0.0.1:18771/ && break; sleep 0.2; done
  curl -s --noproxy '*' -o /dev/null -w '%{http_code}' 127.0.0.1:18771/slow > answer || true
  kill "$server"
  wait "$server" 2> /dev/null || true
  case $(cat answer) in 200) echo 'answered after six seconds' ;; *) echo 'ended by the timeout' ;; esac
}
same "--timeout 2" 'ended by the timeout' "$(seen)"
same "--timeout 2 --threads 4" 'answered after six seconds' "$(seen --threads 4)"
