#!/usr/bin/env bash
# Software: nginx 1.26.3 (Debian trixie).
# Most engineers expect: A `proxy_pass` in `location /api/` whose host is a variable, so that the name is looked up
#   at each request, and whose address ends at a slash, sends what the line without a variable sends: the rest of
#   the path.
# What happens: With a variable the address is taken as it is written: each request goes to `/`, and the
#   arguments are dropped too. `nginx -t` is content. Without the slash at the end the whole path is sent,
#   `/api` included.
# Output when it was run on 2026-11-29:
#   nginx version: nginx/1.26.3
#   nginx -t: test is successful
#   proxy_pass with an address: /users?page=2
#   proxy_pass with a variable: /
#   with a variable, no slash: /bare/users?page=2
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

nginx() { with_libraries root/usr/sbin/nginx -p "$work/prefix/" "$@"; }
nginx -v 2>&1
mkdir -p prefix/logs
local_='http:/''/127.0.0.1'
upstream='http:/''/$app'
cat > prefix/nginx.conf <<CONF
daemon off;
master_process off;
pid nginx.pid;
error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server { listen 127.0.0.1:18431; return 200 "\$request_uri"; }
  server {
    listen 127.0.0.1:18432;
    set \$app 127.0.0.1;
    location /plain/ { proxy_pass $local_:18431/; }
    location /variable/ { proxy_pass $upstream:18431/; }
    location /bare/ { proxy_pass $upstream:18431; }
  }
}
CONF
same "nginx -t" 'test is successful' "$(nginx -t -c nginx.conf 2>&1 | grep -o 'test is successful')"
# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }
start root/usr/sbin/nginx -p "$work/prefix/" -c nginx.conf > log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
ask() { python3 -c 'import sys, urllib.request as u; print(u.build_opener(u.ProxyHandler({})).open(sys.argv[1]).read().decode())' "$local_:18432$1"; }
for _ in $(seq 150); do ask /plain/ > /dev/null 2>&1 && break; sleep 0.2; done
same "proxy_pass with an address" '/users?page=2' "$(ask '/plain/users?page=2')"
same "proxy_pass with a variable" '/' "$(ask '/variable/users?page=2')"
same "with a variable, no slash" '/bare/users?page=2' "$(ask '/bare/users?page=2')"
