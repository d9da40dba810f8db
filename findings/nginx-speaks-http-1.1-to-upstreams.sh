#!/usr/bin/env bash
# Software: nginx 1.26.3 (Debian trixie) and 1.30.6 (Debian unstable).
# Most engineers expect: `proxy_pass` to an `upstream` block without further lines speaks to the application as
#   it has done for twenty years: HTTP/1.0, and a new connection for each request.
# What happens: 1.30 speaks HTTP/1.1 and keeps connections open: after the upgrade, an application that closes
#   idle connections before nginx does, as uvicorn and Node do after five seconds, can drop the next request.
#   `proxy_http_version 1.0` is the old way.
# Output when it was run on 2026-11-30:
#   1.26.3, the third request: HTTP/1.0, Connection: close, connections so far: 3
#   1.30.6, the third request: HTTP/1.1, Connection: None, connections so far: 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

mkdir old new
cd old
# Packages of Debian trixie, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/trixie/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/sources" -o "Dir::State::Lists=$PWD/apt/lists"
  -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'nginx=1.26.*' libc6 libssl3t64 libcrypt1 libpcre2-8-0 zlib1g libzstd1 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

cd new
# Packages of Debian sid, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/sid/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/sources" -o "Dir::State::Lists=$PWD/apt/lists"
  -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'nginx=1.30.6-*' libc6 libssl3t64 libcrypt1 libpcre2-8-0 zlib1g libzstd1 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

cat > server.py <<'PY'
import http.server, threading
seen = set()
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        seen.add(self.client_address)
        body = f"{self.request_version}, Connection: {self.headers['connection']}, connections so far: {len(seen)}".encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", 18711), Handler).serve_forever()
PY
cat > ask.py <<'PY'
import time, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for _ in range(3):
    answer = opener.open("http:/" + "/127.0.0.1:18712/").read().decode()
    time.sleep(0.3)
print(answer)
PY
seen() {
  libraries=$work/$1/root/usr/lib/x86_64-linux-gnu
  mkdir -p "$1/prefix/logs"
  cat > "$1/prefix/nginx.conf" <<CONF
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  upstream application { server 127.0.0.1:18711; }
  server { listen 127.0.0.1:18712; location / { proxy_pass http:$(printf /)/application; } }
}
CONF
  python3 server.py &
  application=$!
  "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$1/root/usr/sbin/nginx" -p "$work/$1/prefix/" -c nginx.conf > log 2>&1 &
  server=$!
  for port in 18711 18712; do for _ in $(seq 300); do (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.2; done; done
  python3 ask.py
  kill "$server" "$application"
  wait "$server" "$application" 2> /dev/null || true
}
same "1.26.3, the third request" 'HTTP/1.0, Connection: close, connections so far: 3' "$(seen old)"
same "1.30.6, the third request" 'HTTP/1.1, Connection: None, connections so far: 1' "$(seen new)"
