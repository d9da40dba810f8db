#!/usr/bin/env bash
# Software: curl 7.88 or newer.
# Most engineers expect: The health check `curl -f` fails for everything but a 2xx answer: an application that
#   redirects /health to its login, to https or to a setup page is unhealthy.
# What happens: `-f` is about 400 and above. A redirect ends with 0 and the container is healthy, whatever is
#   behind it. `curl -fsSL` follows; `-w '%{http_code}'` with a comparison wants 200.
# Output when it was run on 2026-11-30:
#   curl -f, redirected to a page that answers 503: exit 0
#   curl -fL: exit 22
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}


cat > server.py <<'PY'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(302 if self.path == "/health" else 503)
        self.send_header("location", "/setup")
        self.send_header("content-length", "0")
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", 18701), Handler).serve_forever()
PY
python3 server.py &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 300); do (: < /dev/tcp/127.0.0.1/18701) 2>/dev/null && break; sleep 0.2; done
check() { status=0; curl --noproxy '*' -sS "$@" > /dev/null 2>&1 || status=$?; echo "exit $status"; }
health="http:/""/127.0.0.1:18701/health"
same "curl -f, redirected to a page that answers 503" 'exit 0' "$(check -f "$health")"
same "curl -fL" 'exit 22' "$(check -fL "$health")"
