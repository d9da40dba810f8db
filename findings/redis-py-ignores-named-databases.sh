#!/usr/bin/env bash
# Software: redis 8.1.0 (Python).
# Most engineers expect: `redis://cache:6379/sessions` selects a database of that name or is refused: Redis has
#   numbers only.
# What happens: What is no number is dropped without a word, and the client uses database 0, where the other
#   services' keys are. `?db=sessions` is an error.
# Output when it was run on 2026-11-29:
#   /2: 2
#   /sessions: the default, 0
#   ?db=sessions: Invalid value for 'db' in connection URL.
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
venv/bin/pip -q --disable-pip-version-check install 'redis==8.1.0'

ask() { venv/bin/python -c "
import redis
try:
    print(redis.from_url('redis:/' + '/cache:6379/$1').connection_pool.connection_kwargs.get('db', 'the default, 0'))
except ValueError as refused:
    print(refused)"; }
same "/2" 2 "$(ask 2)"
same "/sessions" 'the default, 0' "$(ask sessions)"
same "?db=sessions" "Invalid value for 'db' in connection URL." "$(ask '?db=sessions')"
