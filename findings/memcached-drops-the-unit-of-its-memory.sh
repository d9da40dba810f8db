#!/usr/bin/env bash
# Software: memcached 1.6.38 (Debian trixie).
# Most engineers expect: `memcached -m 2g` has two gigabytes for the cache, or is refused: `-I 4m` on the same
#   command line has a unit, and so has `mem_limit: 2g` beside it.
# What happens: The number before the unit is taken as megabytes and the rest is dropped without a word: the
#   cache has 2 MiB, throws away nearly all it is given, and every request goes to the database. `-m 512m` is
#   right by chance. `-m 2048` is meant.
# Output when it was run on 2026-12-01:
#   memcached 1.6.38
#   -m 2g: 2097152 bytes, 0 lines of warnings
#   -m 2048: 2147483648 bytes, 0 lines of warnings
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
"${apt[@]}" download 'memcached=1.6.38-*' libc6 libevent-2.1-7t64 libsasl2-2 libssl3t64 libzstd1 zlib1g libgcc-s1 libdb5.3t64 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }

with_libraries root/usr/bin/memcached --version
user=()
[ "$(id -u)" != 0 ] || user=(-u "$(id -un)")
cat > ask.py <<'PY'
import socket, sys
with socket.socket(socket.AF_UNIX) as connection:
    connection.connect("socket")
    connection.sendall(b"stats settings\r\nquit\r\n")
    answer = b"".join(iter(lambda: connection.recv(4096), b"")).decode()
print(*[line.split()[2] for line in answer.splitlines() if line.startswith("STAT maxbytes")], "bytes", end=", ")
PY
seen() {
  rm -f socket
  start root/usr/bin/memcached "${user[@]}" -s "$work/socket" -m "$1" > log 2>&1 &
  server=$!
  for _ in $(seq 300); do [ -S socket ] && break; sleep 0.1; done
  python3 ask.py
  kill "$server"
  wait "$server" 2> /dev/null || true
  echo "$(wc -l < log) lines of warnings"
}
same "-m 2g" '2097152 bytes, 0 lines of warnings' "$(seen 2g)"
same "-m 2048" '2147483648 bytes, 0 lines of warnings' "$(seen 2048)"
