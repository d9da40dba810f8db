#!/usr/bin/env bash
# Software: curl 7.88 or newer, GNU wget 1.21 or newer.
# Most engineers expect: `curl --retry 10 --retry-delay 1` in a deployment script waits for a service that is
#   still starting; `wget --tries=10` too.
# What happens: A refused connection is not what they retry: both give up at once, and the script goes on or
#   stops before the service listens. `--retry-connrefused`, which both know, waits.
# Output when it was run on 2026-11-30:
#   curl --retry: exit 7
#   curl --retry --retry-connrefused: exit 0
#   wget --tries: exit 4
#   wget --tries --retry-connrefused: exit 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}


unset HTTP_PROXY http_proxy ALL_PROXY all_proxy
# A service that listens after three seconds.
ask() {
  python3 -c 'import http.server, time; time.sleep(3); http.server.HTTPServer(("127.0.0.1", 18571), http.server.SimpleHTTPRequestHandler).handle_request()' 2> /dev/null &
  server=$!
  status=0
  "$@" "http:/""/127.0.0.1:18571/" > /dev/null 2>&1 || status=$?
  kill "$server" 2> /dev/null || true
  wait "$server" 2> /dev/null || true
  echo "exit $status"
}
same "curl --retry" 'exit 7' "$(ask curl -sf --retry 10 --retry-delay 1)"
same "curl --retry --retry-connrefused" 'exit 0' "$(ask curl -sf --retry 20 --retry-delay 1 --retry-connrefused)"
same "wget --tries" 'exit 4' "$(ask wget -qO- --tries=10 --waitretry=1)"
same "wget --tries --retry-connrefused" 'exit 0' "$(ask wget -qO- --tries=20 --waitretry=1 --retry-connrefused)"
