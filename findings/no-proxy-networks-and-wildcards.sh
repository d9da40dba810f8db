#!/usr/bin/env bash
# Software: requests 2.34.2, httpx 0.28.1, Python's urllib 3.11 or newer, proxy-from-env 2.1.0 (npm).
# Most engineers expect: NO_PROXY=10.0.0.0/8,*.internal keeps the requests to the own network and domain off the
#   proxy, in each program of the stack.
# What happens: Of the four only requests reads a network, and only proxy-from-env a star. httpx, which LiteLLM
#   and the providers' clients use, and urllib send both to the proxy. `.internal` works in all of them.
# Output when it was run on 2026-11-29:
#   10.0.0.0/8: direct in Python: requests; proxy-from-env: proxy
#   *.internal: direct in Python: none; proxy-from-env: direct
#   .internal: direct in Python: urllib requests httpx; proxy-from-env: direct
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

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts proxy-from-env@2.1.0 >> npm.log

cat > ask.py <<'PY'
import os, sys
import urllib.request
import httpx, requests
os.environ["no_proxy"], host = sys.argv[1:]
os.environ["http_proxy"] = "http:/" + "/proxy.example:3128"
url = "http:/" + f"/{host}/"
client = httpx.Client()
direct = {
    "urllib": bool(urllib.request.proxy_bypass_environment(host)),
    "requests": bool(requests.utils.should_bypass_proxies(url, no_proxy=os.environ["no_proxy"])),
    "httpx": client._transport_for_url(httpx.URL(url)) is client._transport,
}
print(*[name for name, is_direct in direct.items() if is_direct] or ["none"])
PY
cat > ask.mjs <<'JS'
import * as module_ from "proxy-from-env";
process.env.no_proxy = process.argv[2];
process.env.http_proxy = "http:/" + "/proxy.example:3128";
console.log(module_.getProxyForUrl("http:/" + "/" + process.argv[3] + "/") ? "proxy" : "direct");
JS
unset NO_PROXY HTTP_PROXY HTTPS_PROXY ALL_PROXY https_proxy all_proxy
seen() { echo "direct in Python: $(venv/bin/python ask.py "$1" "$2"); proxy-from-env: $(node ask.mjs "$1" "$2")"; }
same "10.0.0.0/8" 'direct in Python: requests; proxy-from-env: proxy' "$(seen 10.0.0.0/8 10.1.2.3)"
same "*.internal" 'direct in Python: none; proxy-from-env: direct' "$(seen '*.internal' db.internal)"
same ".internal" 'direct in Python: urllib requests httpx; proxy-from-env: direct' "$(seen .internal db.internal)"
