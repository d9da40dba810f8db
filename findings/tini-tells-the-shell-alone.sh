#!/usr/bin/env bash
# Software: tini 0.19.0, which `init: true` puts in, and dumb-init 1.2.5 (Debian trixie).
# Most engineers expect: `init: true`, or tini as the entry point, passes TERM on to the program that `sh -c
#   'migrate && serve; report'` has started.
# What happens: tini tells its own child, the shell, which ends at once; the program is told nothing and is
#   killed with the container, its requests cut. `tini -g` and dumb-init tell the whole group. `exec` before the
#   last command needs neither.
# Output when it was run on 2026-11-30:
#   tini: up never told
#   tini -g: up told
#   dumb-init: up told
#   tini, exec: up told
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

# Packages of Debian trixie, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/trixie/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/apt/sources" -o "Dir::State::Lists=$work/apt/lists"
  -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'tini=0.19.0-*' 'dumb-init=1.2.5-*' libc6 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }

cat > serve.py <<'PY'
import signal, sys, time
def stop(*args):
    print("told", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("up", flush=True)
time.sleep(8)
print("never told", flush=True)
PY
stopped() {
  TINI_SUBREAPER=1 start "$@" > said 2> /dev/null &
  init=$!
  for _ in $(seq 300); do grep -q up said && break; sleep 0.1; done
  kill "$init"
  wait "$init" || true
  for _ in $(seq 150); do grep -q told said && break; sleep 0.1; done
  paste -sd' ' said
}
export TINI_SUBREAPER=1
same "tini" 'up never told' "$(stopped root/usr/bin/tini -- sh -c 'python3 serve.py; :')"
same "tini -g" 'up told' "$(stopped root/usr/bin/tini -g -- sh -c 'python3 serve.py; :')"
same "dumb-init" 'up told' "$(stopped root/usr/bin/dumb-init -- sh -c 'python3 serve.py; :')"
same "tini, exec" 'up told' "$(stopped root/usr/bin/tini -- sh -c 'exec python3 serve.py')"
