#!/usr/bin/env bash
# Software: su of util-linux 2.38 (bookworm); run as root.
# Most engineers expect: An entry point that ends with `su app -s /bin/sh -c 'exec serve'` passes TERM on, and
#   the program has the whole `stop_grace_period` to finish its requests.
# What happens: su stays in between: it sends TERM to the program and KILL two seconds later, whatever the grace
#   period is. `runuser`, with `-c` or `-u`, does the same. `setpriv --reuid=app --init-groups serve` becomes
#   the program.
# Output when it was run on 2026-11-30:
#   su -c: up told
#   runuser -c: up told
#   runuser -u: up told
#   setpriv: up told finished
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

[ "$(id -u)" = 0 ] || { echo "su asks for a password here: run it as root" >&2; exit 1; }

chmod 755 "$work"
cat > serve.py <<'PY'
import signal, sys, time
def stop(*args):
    print("told", flush=True)
    time.sleep(4)
    print("finished", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("up", flush=True)
while True:
    time.sleep(1)
PY
python=$(command -v python3)
[ -x /usr/bin/python3 ] && python=/usr/bin/python3
stopped() {
  "$@" > said 2> /dev/null &
  program=$!
  for _ in $(seq 300); do grep -q up said && break; sleep 0.1; done
  kill "$program"
  wait "$program" || true
  sleep 4
  grep -oE 'up|told|finished' said | paste -sd' '
}
same "su -c" 'up told' "$(stopped su nobody -s /bin/sh -c "exec $python $work/serve.py")"
same "runuser -c" 'up told' "$(stopped runuser nobody -s /bin/sh -c "exec $python $work/serve.py")"
same "runuser -u" 'up told' "$(stopped runuser -u nobody -- "$python" "$work/serve.py")"
same "setpriv" 'up told finished' "$(stopped setpriv --reuid=nobody --clear-groups "$python" "$work/serve.py")"
