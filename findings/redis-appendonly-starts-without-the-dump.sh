#!/usr/bin/env bash
# Software: Redis 8.0.2 (Debian trixie).
# Most engineers expect: `--appendonly yes`, added to a Redis that has run without it, keeps what is in dump.rdb
#   and writes both from then on.
# What happens: With `appendonly yes` the append-only files alone are read. There are none at the first start: the
#   database is empty, without a warning, and the next save overwrites dump.rdb. `CONFIG SET appendonly yes` on
#   the running server, before the option is added, writes them.
# Output when it was run on 2026-12-01:
#   Redis server v=8.0.2
#   the option added: keys: 0, 'rdb' or 'dump' in the log: 0|without it again, keys: 0
#   CONFIG SET before: keys: 1
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
"${apt[@]}" download 'redis-server=5:8.0.2-*' 'redis-tools=5:8.0.2-*' libc6 libatomic1 libjemalloc2 liblzf1 libssl3t64 libsystemd0 libcap2 liblua5.1-0 \
  libstdc++6 libgcc-s1 libzstd1 zlib1g >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }
# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }

with_libraries root/usr/bin/redis-server --version | grep -oE '^Redis server v=[0-9.]+'
ask() { with_libraries root/usr/bin/redis-cli -s "$work/socket" "$@"; }
up() {
  start root/usr/bin/redis-server --port 0 --unixsocket "$work/socket" --dir "$work/data" "$@" > log 2>&1 &
  server=$!
  for _ in $(seq 300); do [ "$(ask ping 2> /dev/null)" = PONG ] && break; sleep 0.1; done
}
down() {
  ask shutdown nosave > said 2>&1 || true
  wait "$server" 2> /dev/null || true
}
# One key, saved, then what the option does at the next start.
seen() {
  rm -rf data
  mkdir data
  up
  ask set order paid > said
  ask save > said
  [ "$#" = 0 ] || ask "$@" > said
  for _ in $(seq 100); do ask info persistence | grep -q 'aof_rewrite_in_progress:1\|aof_rewrite_scheduled:1' || break; sleep 0.1; done
  down
  up --appendonly yes
  echo "keys: $(ask dbsize), 'rdb' or 'dump' in the log: $(grep -vi 'base file' log | grep -ciE 'rdb|dump' || true)"
  ask save > said
  down
  up
  echo "without it again, keys: $(ask dbsize)"
  down
}
same "the option added" "keys: 0, 'rdb' or 'dump' in the log: 0|without it again, keys: 0" "$(seen | paste -sd'|')"
same "CONFIG SET before" "keys: 1" "$(seen config set appendonly yes | grep -oE '^keys: [0-9]+')"
