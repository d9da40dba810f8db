#!/usr/bin/env bash
# Software: Caddy 2.11.4 (Debian unstable) and nginx 1.26.3 (Debian trixie).
# Most engineers expect: `reverse_proxy app1:8080 app2:8080` answers while one of the two is there, as nginx
#   with two servers in `upstream` does: a refused connection is tried at the next one.
# What happens: Caddy tries one upstream for each request and answers 502 where that one refuses, and it
#   remembers nothing: with two upstreams every second request fails, during each deployment of one of them.
#   `lb_try_duration 5s` or `lb_retries 1` tries the next one, `fail_duration 30s` remembers.
# Output when it was run on 2026-12-01:
#   2.11.4
#   nginx, six requests: 6 times 200
#   Caddy, six requests: 3 times 200, 3 times 502
#   Caddy, lb_retries 1: 6 times 200
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

mkdir caddy
cd caddy
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
"${apt[@]}" download 'caddy=2.11.4-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

mkdir nginx
cd nginx
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

caddy/root/usr/bin/caddy version
# Put together here, so that no address stands in this script.
plain='http:/''/'
python3 -m http.server --bind 127.0.0.1 18751 > log 2>&1 &
application=$!
trap 'kill "$application" 2>/dev/null || true; rm -rf "$work"' EXIT
up() { for _ in $(seq 300); do (: < "/dev/tcp/127.0.0.1/$1") 2>/dev/null && break; sleep 0.1; done; }
ask() { for _ in 1 2 3 4 5 6; do curl -s --noproxy '*' -o /dev/null -w '%{http_code}\n' "127.0.0.1:$1/"; done | sort | uniq -c | awk '{print $1 " times " $2}' | paste -sd, | sed 's/,/, /g'; }
up 18751
# Nobody listens on 18752.
caddy() {
  printf '{\n  admin off\n  auto_https off\n}\n%s127.0.0.1:18753 {\n  reverse_proxy 127.0.0.1:18751 127.0.0.1:18752 {\n    lb_policy round_robin\n    %s\n  }\n}\n' "$plain" "$1" > Caddyfile
  HOME=$work caddy/root/usr/bin/caddy run --config Caddyfile --adapter caddyfile > caddy.log 2>&1 &
  server=$!
  up 18753
  ask 18753
  kill "$server"
  wait "$server" 2> /dev/null || true
}
mkdir -p prefix/logs
cat > prefix/nginx.conf <<CONF
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  upstream application { server 127.0.0.1:18751; server 127.0.0.1:18752; }
  server { listen 127.0.0.1:18754; location / { proxy_pass ${plain}application; } }
}
CONF
nginx() {
  libraries=$work/nginx/root/usr/lib/x86_64-linux-gnu
  "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" nginx/root/usr/sbin/nginx -p "$work/prefix/" -c nginx.conf > nginx.log 2>&1 &
  server=$!
  up 18754
  ask 18754
  kill "$server"
  wait "$server" 2> /dev/null || true
}
same "nginx, six requests" '6 times 200' "$(nginx)"
same "Caddy, six requests" '3 times 200, 3 times 502' "$(caddy '')"
same "Caddy, lb_retries 1" '6 times 200' "$(caddy 'lb_retries 1')"
