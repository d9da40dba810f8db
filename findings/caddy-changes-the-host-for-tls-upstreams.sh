#!/usr/bin/env bash
# Software: Caddy 2.6.2 (Debian trixie) and 2.11.4 (Debian unstable).
# Most engineers expect: Caddy's `reverse_proxy` passes the client's Host header on: that is what sets it apart
#   from nginx.
# What happens: To an upstream with TLS, 2.11 sends the upstream's own name and port as Host. An application
#   behind it that builds links, checks its origins or serves several sites sees another host after the upgrade;
#   to one without TLS nothing changed. `header_up Host {host}` keeps the client's.
# Output when it was run on 2026-11-29:
#   Caddy 2.6.2: shop.example
#   Caddy 2.11.4: localhost:18643
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
"${apt[@]}" download 'caddy=2.6.2-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
mv root old
rm -rf apt ./*.deb

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

# Put together here, so that no address stands in this script.
plain='http:/''/'
secure='https:/''/'
cat > Caddyfile <<CADDY
{
  admin off
  skip_install_trust
  auto_https disable_redirects
}
${secure}localhost:18643 {
  tls internal
  respond "{http.request.hostport}"
}
${secure}:18643 {
  tls internal
  respond "{http.request.hostport}"
}
${plain}:18696 {
  reverse_proxy ${secure}localhost:18643 {
    transport http {
      tls_insecure_skip_verify
    }
  }
}
CADDY
cat > ask.py <<'PY'
import time, urllib.request as u
for _ in range(60):
    try:
        print(u.urlopen(u.Request("http:" + "//127.0.0.1:18696/", headers={"Host": "shop.example"})).read().decode())
        break
    except OSError:
        time.sleep(0.2)
PY
seen() {
  mkdir -p "home-$1"
  HOME=$work/home-$1 XDG_DATA_HOME=$work/home-$1 "$1/usr/bin/caddy" run --config Caddyfile --adapter caddyfile > log 2>&1 &
  server=$!
  trap 'kill "$server" 2>/dev/null || true' EXIT
  python3 ask.py
  kill "$server"
  wait "$server" 2>/dev/null || true
}
same "Caddy $(old/usr/bin/caddy version)" shop.example "$(seen old)"
same "Caddy $(root/usr/bin/caddy version)" localhost:18643 "$(seen root)"
