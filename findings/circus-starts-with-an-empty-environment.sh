#!/usr/bin/env bash
# Software: circus 0.19.0.
# Most engineers expect: A program that circus starts has the environment of the container, as with supervisord
#   and honcho.
# What happens: The environment is empty but for what the file says: what compose sets under `environment:` does
#   not arrive, and there is no PATH. `copy_env = True` passes it on.
# Output when it was run on 2026-11-29:
#   by default: MODE=
#   copy_env: MODE=safe
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
venv/bin/pip -q --disable-pip-version-check install 'circus==0.19.0'

ask() {
  rm -f out
  cat > circus.ini <<INI
[circus]
check_delay = -1
endpoint = ipc://$work/endpoint
pubsub_endpoint = ipc://$work/pubsub
[watcher:app]
cmd = /bin/sh -c 'echo "MODE=\$MODE" > $work/next; mv $work/next $work/out; exec sleep 30'
$1
INI
  MODE=safe venv/bin/circusd circus.ini > log 2>&1 &
  server=$!
  for _ in $(seq 100); do [ -f out ] && break; sleep 0.1; done
  kill "$server" 2> /dev/null || true
  wait "$server" 2> /dev/null || true
  cat out
}
same "by default" 'MODE=' "$(ask '')"
same "copy_env" 'MODE=safe' "$(ask 'copy_env = True')"
