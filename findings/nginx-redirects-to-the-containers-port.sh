#!/usr/bin/env bash
# Software: nginx 1.26.3 (Debian trixie).
# Most engineers expect: nginx in a container listens on 8080, as the images without root do, behind a proxy on
#   port 80: `/docs` is redirected to `/docs/` on the host that the client asked for.
# What happens: The redirect names the port that nginx listens on, `…example.org:8080/docs/`, which nobody can
#   reach from outside. `absolute_redirect off` writes the path alone; `port_in_redirect off` leaves the port
#   out.
# Output when it was run on 2026-11-30:
#   /docs: 301 example.org:18601/docs/
#   /docs, absolute_redirect off: 301 /docs/
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

mkdir -p prefix/logs prefix/html/docs
echo page > prefix/html/docs/index.html
cat > prefix/nginx.conf <<'CONF'
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server { listen 127.0.0.1:18601; root html; }
  server { listen 127.0.0.1:18602; root html; absolute_redirect off; }
}
CONF

start root/usr/sbin/nginx -p "$work/prefix/" -c nginx.conf > log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 300); do (: < /dev/tcp/127.0.0.1/18602) 2>/dev/null && break; sleep 0.2; done

first() { ask example.org "$1" | cut -d' ' -f1,2 | sed 's/[a-z]*:[/][/]//'; }
same "/docs" '301 example.org:18601/docs/' "$(first 18601/docs)"
same "/docs, absolute_redirect off" '301 /docs/' "$(first 18602/docs)"
