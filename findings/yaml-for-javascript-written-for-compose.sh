#!/usr/bin/env bash
# Software: yaml 2.9.1 (npm) and docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: A compose file that a script writes with a YAML library keeps texts as texts: the
#   library quotes what needs quotes.
# What happens: The npm library quotes for YAML 1.2, where `1_000` and `0b11` are plain texts. Compose's Go
#   library reads both as numbers and passes 1000 and 3.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   what yaml writes: LIMIT: 1_000 MASK: 0b11
#   what the container gets: LIMIT: 1000 MASK: 3
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

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts yaml@2.9.1 >> npm.log

node -e '
const {stringify} = require("yaml");
require("fs").writeFileSync("compose.yml", stringify({services: {a: {image: "example/a:1", environment: {LIMIT: "1_000", MASK: "0b11"}}}}));'
same "what yaml writes" 'LIMIT: 1_000 MASK: 0b11' "$(grep -E 'LIMIT|MASK' compose.yml | xargs)"
same "what the container gets" 'LIMIT: 1000 MASK: 3' "$(compose config | grep -E 'LIMIT|MASK' | tr -d '"' | xargs)"
