#!/usr/bin/env bash
# Software: Caddy 2.11.4 (Debian unstable).
# Most engineers expect: `header X-Frame-Options DENY` beside `reverse_proxy` sets the header to that value,
#   whatever the application answers: `+` in front of the name is for adding.
# What happens: The header is set before the application answers, and its own is added: the browser gets both.
#   With two values of Access-Control-Allow-Origin it refuses the answer. `header >X-Frame-Options DENY`, or
#   `header_down` in `reverse_proxy`, replaces.
# Output when it was run on 2026-11-30:
#   2.11.4
#   header: 200 DENY SAMEORIGIN page
#   header with >: 200 DENY page
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
:18641 {
  header X-Frame-Options SAMEORIGIN
  respond "page"
}
:18642 {
  header X-Frame-Options DENY
  reverse_proxy 127.0.0.1:18641
}
:18645 {
  header >X-Frame-Options DENY
  reverse_proxy 127.0.0.1:18641
}
CADDY
run 18645
same "header" '200 DENY SAMEORIGIN page' "$(ask app 18642/)"
same "header with >" '200 DENY page' "$(ask app 18645/)"
