#!/usr/bin/env bash
# Software: requests 2.34.2, httpx 0.28.1 (Python), curl.
# Most engineers expect: A program that sends `Authorization: Bearer …` itself sends that, whatever stands in
#   ~/.netrc of the user that it runs as.
# What happens: requests replaces the header by the name and password of .netrc where the file has the host, or
#   a `default`: the API answers 401 on the one machine, or in the one container, whose home has such a file.
#   httpx and curl keep the header. `trust_env = False` on the session helps.
# Output when it was run on 2026-11-30:
#   requests: Basic ZGVwbG95OmV4YW1wbGU=
#   requests without trust_env: Bearer token
#   httpx: Bearer token
#   curl: Bearer token
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
venv/bin/pip -q --disable-pip-version-check install 'requests==2.34.2' 'httpx==0.28.1'


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

serve 18531 log ok
export HOME="$work/home" URL="http:/""/127.0.0.1:18531/"
unset NETRC HTTP_PROXY http_proxy ALL_PROXY all_proxy
mkdir home
printf 'machine 127.0.0.1 login deploy password example\n' > home/.netrc
chmod 600 home/.netrc
sent() { rm -f log; "$@" > /dev/null; cut -d' ' -f3- log; }
ask='import os, sys, requests, httpx; headers = {"Authorization": "Bearer token"}; '
same "requests" 'Basic ZGVwbG95OmV4YW1wbGU=' "$(sent venv/bin/python -c "$ask requests.get(os.environ['URL'], headers=headers)")"
same "requests without trust_env" 'Bearer token' "$(sent venv/bin/python -c "$ask s = requests.Session(); s.trust_env = False; s.get(os.environ['URL'], headers=headers)")"
same "httpx" 'Bearer token' "$(sent venv/bin/python -c "$ask httpx.get(os.environ['URL'], headers=headers)")"
same "curl" 'Bearer token' "$(sent curl -s -H 'Authorization: Bearer token' "$URL")"
