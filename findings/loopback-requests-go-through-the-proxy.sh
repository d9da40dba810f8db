#!/usr/bin/env bash
# Software: requests 2.34.2, httpx 0.28.1, aiohttp 3.14.5, axios 1.21.1 (npm), Python's urllib 3.11 or newer,
#   curl.
# Most engineers expect: HTTP_PROXY does not concern localhost: the health check of a container,
#   `urllib.request.urlopen` on localhost, and calls to a sidecar go to the container itself, as they do for
#   programs written in Go.
# What happens: urllib, requests, httpx, axios and curl send them to the proxy, whose localhost is another
#   machine: the container is unhealthy. NO_PROXY has to name localhost and 127.0.0.1. aiohttp and Node's fetch
#   do not ask the proxy at all.
# Output when it was run on 2026-11-30:
#   urllib: proxy
#   requests: proxy
#   httpx: proxy
#   axios: proxy
#   curl: proxy
#   aiohttp: itself
#   Node's fetch: itself
#   urllib with NO_PROXY=localhost: itself
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
venv/bin/pip -q --disable-pip-version-check install 'requests==2.34.2' 'httpx==0.28.1' 'aiohttp==3.14.5'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts axios@1.21.1 >> npm.log


# A server that writes down what it was asked for.
cat > server.py <<'PY'
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        with open(sys.argv[2], "a") as log:
            print(self.command, self.path, self.headers.get("authorization", "-"), file=log)
        body = sys.argv[3].encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_POST = do_GET
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
PY
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
serve() {
  python3 server.py "$1" "$2" "$3" &
  servers+=($!)
  for _ in $(seq 300); do (: < "/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.2; done
}

serve 18511 proxy ok
serve 18512 itself ok
unset HTTPS_PROXY https_proxy ALL_PROXY all_proxy NO_PROXY no_proxy
export HTTP_PROXY="http:/""/127.0.0.1:18511" http_proxy="http:/""/127.0.0.1:18511" URL="http:/""/localhost:18512/health"
cat > ask.py <<'PY'
import asyncio, os, sys, urllib.request
import aiohttp, httpx, requests
url = os.environ["URL"]
async def with_aiohttp():
    async with aiohttp.ClientSession() as session:
        await session.get(url)
{"urllib": lambda: urllib.request.urlopen(url), "requests": lambda: requests.get(url), "httpx": lambda: httpx.get(url),
 "aiohttp": lambda: asyncio.run(with_aiohttp())}[sys.argv[1]]()
PY
asked() { rm -f proxy itself; "$@" > /dev/null 2>&1 || true; for who in proxy itself; do if [ -f $who ]; then echo "$who"; fi; done; }
for library in urllib requests httpx; do same "$library" proxy "$(asked venv/bin/python ask.py $library)"; done
same "axios" proxy "$(asked node -e 'require("axios").get(process.env.URL)')"
same "curl" proxy "$(asked curl -s "$URL")"
same "aiohttp" itself "$(asked venv/bin/python ask.py aiohttp)"
same "Node's fetch" itself "$(asked node -e 'fetch(process.env.URL)')"
export NO_PROXY=localhost no_proxy=localhost
same "urllib with NO_PROXY=localhost" itself "$(asked venv/bin/python ask.py urllib)"
