#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4); 2.40.3 does the same.
# Most engineers expect: `extra_hosts: ["db:10.0.0.2"]` in an override replaces the address that the base gives
#   for `db`, as a mapping key and as `environment: [DB=…]` is replaced.
# What happens: Both stay, the base's first: /etc/hosts has two lines for the name, and what reads the first one
#   talks to the base's machine. `extra_hosts: !override` replaces the list.
# Output when it was run on 2026-11-30:
#   Docker Compose version 2.26.1-4
#   a list in the override: DB=production db=10.0.0.1 db=10.0.0.2
#   a mapping in the override: DB=production db=10.0.0.1 db=10.0.0.2
#   !override: DB=production db=10.0.0.2
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
"${apt[@]}" download 'docker-compose=2.26.1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

compose() { root/usr/libexec/docker/cli-plugins/docker-compose "$@"; }
compose version

cat > compose.yml <<'YAML'
services: {app: {image: example/app, environment: [DB=base], extra_hosts: ["db:10.0.0.1"]}}
YAML
seen() {
  printf 'services: {app: {environment: [DB=production], extra_hosts: %s}}\n' "$1" > production.yml
  compose -f compose.yml -f production.yml config --format json | python3 -c '
import json, sys
app = json.load(sys.stdin)["services"]["app"]
print("DB=" + app["environment"]["DB"], *app["extra_hosts"])'
}
same "a list in the override" 'DB=production db=10.0.0.1 db=10.0.0.2' "$(seen '["db:10.0.0.2"]')"
same "a mapping in the override" 'DB=production db=10.0.0.1 db=10.0.0.2' "$(seen '{db: 10.0.0.2}')"
same "!override" 'DB=production db=10.0.0.2' "$(seen '!override ["db:10.0.0.2"]')"
