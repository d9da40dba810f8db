#!/usr/bin/env bash
# Software: Caddy 2.11.4 (Debian unstable).
# Most engineers expect: `redir /login 302` sends every request to /login with the status 302, as it does where a
#   whole address stands for the path.
# What happens: A first argument that begins with a slash is what the directive applies to: only /login is
#   redirected, to the location `302`. `caddy validate` accepts it. `redir * /login 302` is what was meant.
# Output when it was run on 2026-11-29:
#   2.11.4
#   redir /login 302: for /login location 302 status 302
#   redir * /login 302: for every path location /login status 302
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

export HOME=$work
root/usr/bin/caddy version
cat > show.py <<'PY'
import json, sys
route = json.load(sys.stdin)["apps"]["http"]["servers"]["srv0"]["routes"][0]
answer = route["handle"][0]
paths = [path for match in route.get("match", []) for path in match.get("path", [])]
print("for", *paths or ["every path"], "location", *answer["headers"]["Location"], "status", answer["status_code"])
PY
ask() {
  printf ':8080 {\n%s\n}\n' "$1" > Caddyfile
  root/usr/bin/caddy validate --config Caddyfile --adapter caddyfile > log 2>&1
  root/usr/bin/caddy adapt --config Caddyfile --adapter caddyfile 2> log | python3 show.py
}
same "redir /login 302" 'for /login location 302 status 302' "$(ask 'redir /login 302')"
same "redir * /login 302" 'for every path location /login status 302' "$(ask 'redir * /login 302')"
