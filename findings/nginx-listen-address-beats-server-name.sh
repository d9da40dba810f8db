#!/usr/bin/env bash
# Software: nginx 1.26.3 (Debian trixie).
# Most engineers expect: Among the `server` blocks of a port `server_name` decides: a status page on `listen
#   127.0.0.1:8080` with a name of its own changes nothing for the others, which say `listen 8080`.
# What happens: nginx looks for the most specific address first and compares names among its blocks alone: what
#   reaches 127.0.0.1, the requests of a tunnel or a proxy on the same host, is answered by the status page
#   whatever its name. Each block needs the same `listen`.
# Output when it was run on 2026-11-30:
#   one block: 200 app
#   beside listen 127.0.0.1: 200 status
#   beside listen without an address: 200 app
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

mkdir -p prefix/logs
conf() {
  cat > prefix/nginx.conf <<CONF
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server { listen 18611; server_name app.internal; return 200 app; }
  $1
}
CONF
}
seen() {
  conf "$1"
  start root/usr/sbin/nginx -p "$work/prefix/" -c nginx.conf > log 2>&1 &
  server=$!
  for _ in $(seq 300); do (: < /dev/tcp/127.0.0.1/18611) 2>/dev/null && break; sleep 0.2; done
  ask app.internal 18611/
  kill "$server"
  wait "$server" || true
}
same "one block" '200 app' "$(seen '')"
same "beside listen 127.0.0.1" '200 status' "$(seen 'server { listen 127.0.0.1:18611; server_name status.internal; return 200 status; }')"
same "beside listen without an address" '200 app' "$(seen 'server { listen 18611; server_name status.internal; return 200 status; }')"
