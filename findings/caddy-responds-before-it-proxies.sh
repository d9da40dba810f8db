#!/usr/bin/env bash
# Software: Caddy 2.11.4 (Debian unstable).
# Most engineers expect: In a Caddyfile `reverse_proxy /api/* app:8080` and below it `respond 404` answer 404 to
#   what the first line does not take: lines are read from top to bottom, the more specific one first.
# What happens: Directives run in an order of their own, in which `respond` stands before `reverse_proxy`: every
#   request gets the 404, the API's too. `handle` blocks, or `route` around both, keep the order that was meant.
# Output when it was run on 2026-11-30:
#   2.11.4
#   proxy, respond: /api/users: 404
#   in route: /api/users: 200 the API
#   in route: /other: 404
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

# Packages of Debian sid, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/sid/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/apt/sources" -o "Dir::State::Lists=$work/apt/lists"
  -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'caddy=2.11.4-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

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

root/usr/bin/caddy version
export HOME="$work" XDG_DATA_HOME="$work" XDG_CONFIG_HOME="$work"
run() {
  root/usr/bin/caddy run --config Caddyfile --adapter caddyfile > log 2>&1 &
  servers+=($!)
  for _ in $(seq 300); do (: < "/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.2; done
}
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

cat > Caddyfile <<'CADDY'
{
  admin off
  auto_https off
}
:18631 {
  respond "the API"
}
:18632 {
  reverse_proxy /api/* 127.0.0.1:18631
  respond 404
}
:18633 {
  route {
    reverse_proxy /api/* 127.0.0.1:18631
    respond 404
  }
}
CADDY
run 18633
same "proxy, respond: /api/users" '404' "$(ask app 18632/api/users | sed 's/ *$//')"
same "in route: /api/users" '200 the API' "$(ask app 18633/api/users)"
same "in route: /other" '404' "$(ask app 18633/other | sed 's/ *$//')"
