#!/usr/bin/env bash
# Software: wait-on 9.5.1.
# Most engineers expect: `wait-on http:…/health && serve` waits until a GET of the page answers with 200, as
#   a health check does.
# What happens: It sends HEAD. An application that answers GET alone (the one below answers HEAD with 501) is
#   never ready for it, and without `--timeout` it waits for ever. `http-get:` asks with GET.
# Output when it was run on 2026-11-30:
#   wait-on@9.5.1
#   an address with http: exit code 1, asked with HEAD
#   with http-get: exit code 0, asked with GET
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
npm install --no-audit --no-fund wait-on@9.5.1 > log 2>&1
npm ls | grep -o 'wait-on@.*'

cat > serve.py <<'PY'
import http.server
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_request(self, *answer):
        print(self.command, flush=True)
    def log_error(self, *error):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Page)
with open("port.new", "w") as file:
    file.write(str(server.server_port))
__import__("os").rename("port.new", "port")
server.serve_forever()
PY
python3 serve.py >> requests 2> log &
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT
for _ in $(seq 100); do [ -e port ] || sleep 0.1; done
ask() {
  node_modules/.bin/wait-on --timeout 5000 "$1://127.0.0.1:$(cat port)/health" > log 2>&1 && code=0 || code=$?
  echo "exit code $code, asked with $(grep -oE '^(HEAD|GET)$' requests | sort -u | paste -sd' ')"
  : > requests
}
same 'an address with http' 'exit code 1, asked with HEAD' "$(ask http)"
same 'with http-get' 'exit code 0, asked with GET' "$(ask http-get)"
