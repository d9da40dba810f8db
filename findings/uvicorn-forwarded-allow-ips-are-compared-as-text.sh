#!/usr/bin/env bash
# Software: uvicorn 0.54.0, which LiteLLM's proxy runs on.
# Most engineers expect: FORWARDED_ALLOW_IPS takes the proxy's service name of the compose file, or its network
#   as `10.0.0.1/8`; what can't be used is refused.
# What happens: Networks work if no host bits are set. Everything else, a name or `10.0.0.1/8`, is kept as a
#   text that no address is equal to: uvicorn starts, and each client's address is that of the proxy.
# Output when it was run on 2026-11-29:
#   10.0.0.0/8 trusts 10.0.0.5: True
#   10.0.0.5 trusts 10.0.0.5: True
#   10.0.0.1/8 trusts 10.0.0.5: False
#   proxy trusts 10.0.0.5: False
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
venv/bin/pip -q --disable-pip-version-check install 'uvicorn==0.54.0'

trusts() { venv/bin/python -c 'import sys; from uvicorn.middleware.proxy_headers import _TrustedHosts as T; print("10.0.0.5" in T(sys.argv[1]))' "$1"; }
for hosts in 10.0.0.0/8 10.0.0.5; do same "$hosts trusts 10.0.0.5" True "$(trusts "$hosts")"; done
for hosts in 10.0.0.1/8 proxy; do same "$hosts trusts 10.0.0.5" False "$(trusts "$hosts")"; done
