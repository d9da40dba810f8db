#!/usr/bin/env bash
# Software: HAProxy 3.0.11 (Debian trixie).
# Most engineers expect: `option httpchk GET /health` in a backend checks its servers, and takes one that does
#   not answer out of the rotation.
# What happens: It says how to check; whether is said by `check` on each `server` line. Without it nothing is
#   checked, `-c` is content, the statistics say `no check`, and half of the requests go to the dead server.
# Output when it was run on 2026-11-30:
#   HAProxy version 3.0.11-1+deb13u4 2026/10/15
#   haproxy -c: exit 0
#   without check: dead no check, alive no check
#   with check: dead DOWN, alive UP
#   four requests, without check: 200 200 503 503
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

# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }

# Asks without a proxy: NAME of the host, address.
ask() {
  python3 - "$@" <<'PY'
import sys, urllib.error, urllib.request
class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)
try:
    answer = opener.open(urllib.request.Request("http:/" + "/127.0.0.1:" + sys.argv[2], headers={"Host": sys.argv[1]}))
except urllib.error.HTTPError as error:
    answer = error
print(answer.status, *answer.headers.get_all("Location", []), *answer.headers.get_all("X-Frame-Options", []), answer.read().decode().strip().split("\n")[0][:60])
PY
}

with_libraries root/usr/sbin/haproxy -v | sed -n '1s/ - .*//p'
python3 -m http.server 18651 --bind 127.0.0.1 > /dev/null 2>&1 &
alive=$!
trap 'kill "$alive" "${server:-$alive}" 2>/dev/null || true; rm -rf "$work"' EXIT
cat > haproxy.cfg <<'CFG'
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend stats
  bind 127.0.0.1:18652
  stats enable
  stats uri /
frontend web
  bind 127.0.0.1:18653
  default_backend without
backend without
  option httpchk GET /
  retries 0
  server dead 127.0.0.1:18654
  server alive 127.0.0.1:18651
backend with
  option httpchk GET /
  server dead 127.0.0.1:18654 check inter 500ms
  server alive 127.0.0.1:18651 check inter 500ms
CFG
same "haproxy -c" 'exit 0' "$(with_libraries root/usr/sbin/haproxy -c -f haproxy.cfg > log 2>&1; echo "exit $?")"
for _ in $(seq 300); do (: < /dev/tcp/127.0.0.1/18651) 2>/dev/null && break; sleep 0.2; done
start root/usr/sbin/haproxy -f haproxy.cfg > log 2>&1 &
server=$!
for _ in $(seq 300); do (: < /dev/tcp/127.0.0.1/18653) 2>/dev/null && break; sleep 0.2; done
sleep 8
status() { python3 - "$1" <<'PY'
import csv, io, sys, urllib.request
text = urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http:/" + "/127.0.0.1:18652/;csv").read().decode()
rows = [r for r in csv.DictReader(io.StringIO(text)) if r["# pxname"] == sys.argv[1] and r["svname"] != "BACKEND"]
print(", ".join(f"{r['svname']} {r['status']}" for r in rows))
PY
}
same "without check" 'dead no check, alive no check' "$(status without)"
same "with check" 'dead DOWN, alive UP' "$(status with)"
same "four requests, without check" '200 200 503 503' "$(for _ in 1 2 3 4; do ask web 18653/ | cut -d' ' -f1; done | sort | paste -sd' ')"
