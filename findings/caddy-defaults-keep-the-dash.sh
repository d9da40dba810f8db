#!/usr/bin/env bash
# Software: Caddy 2.11.4 (Debian unstable).
# Most engineers expect: `{$UPSTREAM:-app:8080}` in a Caddyfile is `app:8080` where UPSTREAM is not set, as
#   `${UPSTREAM:-app:8080}` is in compose and in a shell.
# What happens: The default begins behind the colon: Caddy connects to a host named `-app`, and `caddy validate`
#   accepts it. `{$UPSTREAM:app:8080}` is what was meant. A port, `:{$PORT:-8080}`, is refused as out of range.
# Output when it was run on 2026-11-30:
#   2.11.4
#   {$UPSTREAM:-app:8080}: Valid configuration "dial":"-app:8080"
#   {$UPSTREAM:app:8080}: Valid configuration "dial":"app:8080"
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
unset UPSTREAM
export HOME="$work"
dial() {
  printf ':18621 {\n  reverse_proxy %s\n}\n' "$1" > Caddyfile
  root/usr/bin/caddy validate --config Caddyfile --adapter caddyfile > log 2>&1 && grep -o 'Valid configuration' log
  root/usr/bin/caddy adapt --config Caddyfile --adapter caddyfile 2>/dev/null | grep -oE '"dial":"[^"]*"'
}
seen() { dial "$1" | paste -sd' '; }
same "{\$UPSTREAM:-app:8080}" 'Valid configuration "dial":"-app:8080"' "$(seen '{$UPSTREAM:-app:8080}')"
same "{\$UPSTREAM:app:8080}" 'Valid configuration "dial":"app:8080"' "$(seen '{$UPSTREAM:app:8080}')"
