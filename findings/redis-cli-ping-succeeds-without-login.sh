#!/usr/bin/env bash
# Software: redis-cli and Redis 8.0.2 (Debian trixie).
# Most engineers expect: The health check `redis-cli ping` fails where Redis answers with an error: no password
#   or a wrong one.
# What happens: The error is printed and the exit code is 0: the container is healthy, whatever Redis says.
#   `redis-cli -e ping` ends with 1; `redis-cli ping | grep PONG` does too.
# Output when it was run on 2026-11-29:
#   Redis server v=8.0.2
#   ping: NOAUTH, exit 0
#   ping with a wrong password: WRONGPASS NOAUTH, exit 0
#   ping -e: NOAUTH, exit 1
#   ping with the password: PONG, exit 0
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
"${apt[@]}" download 'redis-server=5:8.0.2-*' 'redis-tools=5:8.0.2-*' libc6 libatomic1 libjemalloc2 liblzf1 libssl3t64 libsystemd0 libcap2 liblua5.1-0 libstdc++6 libgcc-s1 libzstd1 zlib1g >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

with_libraries root/usr/bin/redis-server --version | grep -oE '^Redis server v=[0-9.]+'
# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }
start root/usr/bin/redis-server --port 0 --unixsocket "$work/socket" --save '' --requirepass example > log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 300); do [ -S socket ] && break; sleep 0.1; done
ask() {
  status=0
  with_libraries root/usr/bin/redis-cli -s "$work/socket" "$@" > said 2>&1 || status=$?
  echo "$(grep -oE 'PONG|NOAUTH|WRONGPASS' said | paste -sd' '), exit $status"
}
same "ping" 'NOAUTH, exit 0' "$(ask ping)"
same "ping with a wrong password" 'WRONGPASS NOAUTH, exit 0' "$(ask --no-auth-warning -a wrong ping)"
same "ping -e" 'NOAUTH, exit 1' "$(ask -e ping)"
same "ping with the password" 'PONG, exit 0' "$(ask --no-auth-warning -a example ping)"
