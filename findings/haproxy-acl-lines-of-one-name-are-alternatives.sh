#!/usr/bin/env bash
# Software: HAProxy 3.0.11 (Debian trixie).
# Most engineers expect: Two lines `acl internal …` of one name: the second replaces the first, or both have to
#   hold, as two conditions behind `if` have to.
# What happens: One of them is enough: `acl internal src 10.0.0.0/8` and `acl internal path_beg /metrics` are true
#   for each client that asks for /metrics, and for each page that a client of that network asks for. Two names
#   behind `if` are what both need. `haproxy -c` has nothing to say.
# Output when it was run on 2026-12-01:
#   version 3.0.11
#   haproxy -c: exit code 0, 0 warnings
#   one name, /metrics from 127.0.0.1: 200
#   two names, /metrics from 127.0.0.1: 404
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
"${apt[@]}" download 'haproxy=3.0.*' libc6 libcrypt1 libssl3t64 libpcre2-8-0 liblua5.4-0 libopentracing-c-wrapper0t64 libopentracing1 libstdc++6 libgcc-s1 libcap2 \
  libsystemd0 libzstd1 zlib1g libjemalloc2 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }
# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }

with_libraries root/usr/sbin/haproxy -v | grep -oE 'version [0-9.]+' | head -n 1
cat > haproxy.cfg <<'CFG'
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend one_name
  bind 127.0.0.1:18683
  acl internal src 10.0.0.0/8
  acl internal path_beg /metrics
  http-request return status 200 if internal
  http-request return status 404
frontend two_names
  bind 127.0.0.1:18684
  acl internal src 10.0.0.0/8
  acl metrics path_beg /metrics
  http-request return status 200 if internal metrics
  http-request return status 404
CFG
with_libraries root/usr/sbin/haproxy -c -f haproxy.cfg > said 2>&1
same "haproxy -c" 'exit code 0, 0 warnings' "exit code $?, $(grep -ciE 'warning|alert' said || true) warnings"
start root/usr/sbin/haproxy -f haproxy.cfg > log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 300); do (: < /dev/tcp/127.0.0.1/18684) 2>/dev/null && break; sleep 0.1; done
ask() { curl -s --noproxy '*' -o /dev/null -w '%{http_code}' "127.0.0.1:$1/metrics"; }
same "one name, /metrics from 127.0.0.1" 200 "$(ask 18683)"
same "two names, /metrics from 127.0.0.1" 404 "$(ask 18684)"
