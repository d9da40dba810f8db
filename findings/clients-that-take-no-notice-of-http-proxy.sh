#!/usr/bin/env bash
# Software: aiohttp 3.14.5, requests 2.34.2, httpx 0.28.1 (Python), axios 1.21.1, undici 7.30.2, got 14.6.6
#   (npm), Node's fetch 20, curl 7.88 or newer.
# Most engineers expect: HTTP_PROXY in `environment:` sends each program of a container to the egress proxy.
# What happens: aiohttp (without `trust_env=True`), Node's fetch, undici and got connect directly, which on an
#   internal network fails; curl reads only the name in lower case for http addresses. requests, httpx and axios
#   use it.
# Output when it was run on 2026-11-30:
#   requests: proxy
#   httpx: proxy
#   aiohttp, trust_env: proxy
#   axios: proxy
#   aiohttp: directly
#   Node's fetch: directly
#   undici: directly
#   got: directly
#   curl: directly
#   curl with http_proxy: proxy
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
npm install --silent --no-audit --no-fund --ignore-scripts axios@1.21.1 undici@7.30.2 got@14.6.6 >> npm.log


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

serve 18521 proxy ok
serve 18522 directly ok
unset http_proxy HTTPS_PROXY https_proxy ALL_PROXY all_proxy NO_PROXY no_proxy
export HTTP_PROXY="http:/""/127.0.0.1:18521" URL="http:/""/127.0.0.1:18522/"
cat > ask.py <<'PY'
import asyncio, os, sys
import aiohttp, httpx, requests
url = os.environ["URL"]
async def with_aiohttp(**options):
    async with aiohttp.ClientSession(**options) as session:
        await session.get(url)
{"requests": lambda: requests.get(url), "httpx": lambda: httpx.get(url), "aiohttp": lambda: asyncio.run(with_aiohttp()),
 "aiohttp, trust_env": lambda: asyncio.run(with_aiohttp(trust_env=True))}[sys.argv[1]]()
PY
asked() { rm -f proxy directly; "$@" > /dev/null 2>&1 || true; for who in proxy directly; do if [ -f $who ]; then echo "$who"; fi; done; }
for library in requests httpx "aiohttp, trust_env"; do same "$library" proxy "$(asked venv/bin/python ask.py "$library")"; done
same "axios" proxy "$(asked node -e 'require("axios").get(process.env.URL)')"
same "aiohttp" directly "$(asked venv/bin/python ask.py aiohttp)"
same "Node's fetch" directly "$(asked node -e 'fetch(process.env.URL)')"
same "undici" directly "$(asked node -e 'require("undici").request(process.env.URL)')"
same "got" directly "$(asked node -e 'import("got").then((got) => got.default(process.env.URL))')"
same "curl" directly "$(asked curl -s "$URL")"
same "curl with http_proxy" proxy "$(http_proxy=$HTTP_PROXY asked curl -s "$URL")"
