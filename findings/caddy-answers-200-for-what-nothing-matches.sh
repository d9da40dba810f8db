#!/usr/bin/env bash
# Software: Caddy 2.11.4 (Debian); 2.6.2 does the same.
# Most engineers expect: `handle /api` and `reverse_proxy /api` take what begins with /api, as nginx's `location
#   /api`; a path that nothing handles is a 404.
# What happens: The path is matched exactly, `/api/users` needs `/api/*`. What nothing matches is answered with
#   200 and an empty body, so health checks and monitors are content.
# Output when it was run on 2026-11-29:
#   2.11.4
#   /api: 200 3 bytes
#   /api/users: 200 0 bytes
#   /nowhere: 200 0 bytes
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
root/usr/bin/caddy version
# Put together here, so that no address stands in this script.
plain='http:/''/'
cat > Caddyfile <<CADDY
{
  admin off
  auto_https off
}
${plain}127.0.0.1:18195 {
  handle /api {
    respond "api"
  }
}
CADDY
HOME=$work root/usr/bin/caddy run --config Caddyfile --adapter caddyfile > log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
ask() { python3 -c 'import sys, urllib.request as u; r = u.urlopen(sys.argv[1]); print(r.status, len(r.read()), "bytes")' "${plain}127.0.0.1:18195$1"; }
for _ in $(seq 50); do ask /api > /dev/null 2>&1 && break; sleep 0.2; done
same "/api" '200 3 bytes' "$(ask /api)"
same "/api/users" '200 0 bytes' "$(ask /api/users)"
same "/nowhere" '200 0 bytes' "$(ask /nowhere)"
