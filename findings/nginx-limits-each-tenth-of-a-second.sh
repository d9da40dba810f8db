#!/usr/bin/env bash
# Software: nginx 1.26.3 (Debian trixie).
# Most engineers expect: `limit_req_zone … rate=10r/s` lets ten requests of a client through in each second; a
#   page and its three files are far from that.
# What happens: The rate is a distance: a second request within 100 milliseconds is refused with 503, however few
#   there were before. `burst=20 nodelay` at `limit_req` is what most mean.
# Output when it was run on 2026-12-01:
#   nginx/1.26.3
#   rate=10r/s, four requests: 200 503 503 503
#   burst=20 nodelay: 200 200 200 200
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
"${apt[@]}" download 'nginx=1.26.*' libc6 libssl3t64 libcrypt1 libpcre2-8-0 zlib1g libzstd1 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }
# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }

mkdir -p prefix/logs prefix/html
echo page > prefix/html/index.html
cat > prefix/nginx.conf <<'CONF'
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  limit_req_zone $server_port zone=each:1m rate=10r/s;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server { listen 127.0.0.1:18681; root html; limit_req zone=each; }
  server { listen 127.0.0.1:18682; root html; limit_req zone=each burst=20 nodelay; }
}
CONF
with_libraries root/usr/sbin/nginx -v 2>&1 | grep -oE 'nginx/[0-9.]+'
start root/usr/sbin/nginx -p "$work/prefix/" -c nginx.conf > log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 300); do (: < /dev/tcp/127.0.0.1/18682) 2>/dev/null && break; sleep 0.2; done
# Four requests on one connection, sent at once.
ask() {
  python3 - "$1" <<'PY'
import re, socket, sys
request = b"GET / HTTP/1.1\r\nHost: example.org\r\n"
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
    connection.sendall((request + b"\r\n") * 3 + request + b"Connection: close\r\n\r\n")
    answer = b"".join(iter(lambda: connection.recv(65536), b""))
print(*re.findall(r"HTTP/1\.1 (\d+)", answer.decode()))
PY
}
same "rate=10r/s, four requests" '200 503 503 503' "$(ask 18681)"
same "burst=20 nodelay" '200 200 200 200' "$(ask 18682)"
