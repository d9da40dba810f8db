#!/usr/bin/env bash
# Software: docker 7.2.0 (Docker's SDK for Python).
# Most engineers expect: `Healthcheck(interval=30)` is 30 seconds, and a text as in compose, "30s", is read:
#   `stop(timeout=30)` takes seconds.
# What happens: Both are passed on as they are, and the engine's unit is the nanosecond: `interval=30` asks for
#   30 ns, and the text reaches the engine as a text. `30 * 10**9` is half a minute.
# Output when it was run on 2026-11-29:
#   interval=30: 30
#   interval="30s": '30s'
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
venv/bin/pip -q --disable-pip-version-check install 'docker==7.2.0'

ask() { venv/bin/python -c "import docker; print(repr(docker.types.Healthcheck(test='true', interval=$1)['Interval']))"; }
same "interval=30" 30 "$(ask 30)"
same 'interval="30s"' "'30s'" "$(ask '"30s"')"
