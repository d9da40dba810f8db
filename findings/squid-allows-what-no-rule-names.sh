#!/usr/bin/env bash
# Software: Squid 6.13 (Debian trixie).
# Most engineers expect: A request that no `http_access` line matches is refused: `http_access deny ads` in a
#   configuration without an `allow` is at worst too strict.
# What happens: What nothing matches gets the opposite of the last line: behind a single `deny` everything else
#   is allowed, to each client. `http_access deny all` has to be the last line.
# Output when it was run on 2026-11-30:
#   no line: 403
#   deny ads: 200
#   allow ads: 403
#   deny ads, deny all: 403
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
"${apt[@]}" download 'squid=6.13-*' 'squid-common=6.13-*' squid-langpack libc6 libcap2 libcom-err2 libcrypt1 libecap3 libexpat1 libffi8 libgcc-s1 libgmp10 libgnutls30t64 \
  libgssapi-krb5-2 libhogweed6t64 libidn2-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap2 libltdl7 libmnl0 libnetfilter-conntrack3 \
  libnettle8t64 libnfnetlink0 libp11-kit0 libpam0g libsasl2-2 libstdc++6 libsystemd0 libtasn1-6 libtdb1 libunistring5 libxml2 libaudit1 libcap-ng0 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }

chmod 755 "$work"
mkdir run
chmod 777 run
python3 -c '
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("content-length", "0"); self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", 18672), Handler).serve_forever()' &
site=$!
trap 'kill "$site" "${server:-$site}" 2>/dev/null || true; rm -rf "$work"' EXIT
seen() {
  cat > squid.conf <<CONF
pid_filename $work/run/squid.pid
cache_log $work/run/cache.log
access_log none
http_port 127.0.0.1:18671
cache_effective_user nobody
coredump_dir $work/run
mime_table $work/root/usr/share/squid/mime.conf
icon_directory $work/root/usr/share/squid/icons
error_directory $work/root/usr/share/squid/errors/templates
pinger_enable off
unlinkd_program /bin/true
logfile_daemon /bin/true
netdb_filename none
dns_nameservers 127.0.0.1
shutdown_lifetime 1 second
visible_hostname proxy.example
acl ads dstdomain .ads.example
$1
CONF
  start root/usr/sbin/squid-gnutls -n "finding$$" -N -f "$work/squid.conf" > log 2>&1 &
  server=$!
  for _ in $(seq 300); do (: < /dev/tcp/127.0.0.1/18671) 2>/dev/null && break; sleep 0.2; done
  python3 - <<'PY'
import urllib.error, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": "http:/" + "/127.0.0.1:18671"}))
try:
    print(opener.open("http:/" + "/127.0.0.1:18672/").status)
except urllib.error.HTTPError as error:
    print(error.code)
PY
  kill "$server"
  wait "$server" 2> /dev/null || true
}
same "no line" 403 "$(seen '')"
same "deny ads" 200 "$(seen 'http_access deny ads')"
same "allow ads" 403 "$(seen 'http_access allow ads')"
same "deny ads, deny all" 403 "$(seen 'http_access deny ads
http_access deny all')"
