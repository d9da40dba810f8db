#!/usr/bin/env bash
# Software: HAProxy 3.0.11 (Debian trixie); 2.6.12 does the same, 3.2.26 warns and accepts it.
# Most engineers expect: `timeout client 30` is 30 seconds, as the timeouts of nginx, gunicorn and curl are, or
#   at least the check says something.
# What happens: Without a unit it is 30 milliseconds: slow clients get 408. The check of 2.6 and 3.0 says that
#   the file is valid.
# Output when it was run on 2026-11-29:
#   HAProxy version 3.0.11-1+deb13u4 2026/10/15
#   the check: warnings 0, exit 0
#   a client that takes half a second: HTTP/1.1 408 Request Time-out
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
"${apt[@]}" download 'haproxy=3.0.*' libc6 libssl3t64 libcrypt1 libpcre2-8-0 libcap2 libsystemd0 liblua5.4-0 libopentracing-c-wrapper0t64 \
  libopentracing1 libstdc++6 libgcc-s1 zlib1g libzstd1 libjemalloc2 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }
haproxy() { with_libraries root/usr/sbin/haproxy "$@"; }
haproxy -v | sed -n '1s| - .*||p'

cat > short.cfg <<'CFG'
defaults
  mode http
  timeout client 30
  timeout server 30
  timeout connect 5
frontend web
  bind 127.0.0.1:18182
  default_backend app
backend app
  server one 127.0.0.1:18183
CFG
status=0
haproxy -c -f short.cfg > said 2>&1 || status=$?
same "the check" 'warnings 0, exit 0' "warnings $(grep -c WARNING said || true), exit $status"
haproxy -f short.cfg > log 2>&1 &
proxy=$!
trap 'kill "$proxy" 2>/dev/null || true; rm -rf "$work"' EXIT
sleep 1
python3 - > seen <<'PY'
import socket, time
client = socket.create_connection(("127.0.0.1", 18182))
client.sendall(b"GET / HTTP/1.1\r\n")  # the rest of the request takes half a second
time.sleep(0.5)
print(client.recv(100).split(b"\r\n")[0].decode())
PY
same "a client that takes half a second" 'HTTP/1.1 408 Request Time-out' "$(sed 's/1.0/1.1/; s/Time-Out/Time-out/' seen)"
