#!/usr/bin/env bash
# Software: HAProxy 3.0.11 (Debian trixie).
# Most engineers expect: `${TOKEN}` in haproxy.cfg is the variable of the environment: `bind :${PORT}` and
#   `server app ${APP_HOST}:8080` of the same file are replaced.
# What happens: Addresses are replaced wherever they stand, everything else within double quotes alone:
#   `http-request set-header X-Token ${TOKEN}` sends the eight characters to the application, and a comparison
#   with `${TOKEN}` compares with them. `haproxy -c` says nothing. `"${TOKEN}"` is meant.
# Output when it was run on 2026-12-01:
#   HAProxy version 3.0.11
#   haproxy -c: exit code 0, 0 warnings
#   the headers, through bind and server with variables: X-Bare ${TOKEN}, X-Quoted example, X-Single ${TOKEN}
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

with_libraries root/usr/sbin/haproxy -v | grep -oE '^HAProxy version [0-9.]+'
export PORT=18761 APP_HOST=127.0.0.1 TOKEN=example
cat > haproxy.cfg <<'CFG'
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend front
  bind 127.0.0.1:${PORT}
  http-request set-header X-Bare ${TOKEN}
  http-request set-header X-Quoted "${TOKEN}"
  http-request set-header X-Single '${TOKEN}'
  default_backend application
backend application
  server app ${APP_HOST}:18762
CFG
cat > server.py <<'PY'
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = ", ".join(f"{name} {self.headers[name]}" for name in ("X-Bare", "X-Quoted", "X-Single")).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", 18762), Handler).serve_forever()
PY
with_libraries root/usr/sbin/haproxy -c -f haproxy.cfg > said 2>&1 && code=0 || code=$?
same "haproxy -c" 'exit code 0, 0 warnings' "exit code $code, $(grep -ciE 'warning|alert' said || true) warnings"
python3 server.py &
application=$!
start root/usr/sbin/haproxy -f haproxy.cfg > log 2>&1 &
server=$!
trap 'kill "$server" "$application" 2>/dev/null || true; rm -rf "$work"' EXIT
for port in 18761 18762; do for _ in $(seq 300); do (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done; done
same "the headers, through bind and server with variables" 'X-Bare ${TOKEN}, X-Quoted example, X-Single ${TOKEN}' "$(curl -s --noproxy '*' 127.0.0.1:18761/)"
