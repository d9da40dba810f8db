#!/usr/bin/env bash
# Software: composerize 1.7.6 (npm) and docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: A `docker run` line that is translated to a compose file starts the same container.
# What happens: `$` in a single-quoted value is copied as it is. docker run passes it on; compose replaces it by
#   a variable that nobody set.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   what it writes: - PASSWORD=pa$word
#   what the container gets: PASSWORD: pa
#   variable is not set
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
npm install --silent --no-audit --no-fund --ignore-scripts composerize@1.7.6 >> npm.log

cat > translate.js <<'JS'
const c = require("composerize");
const line = "docker run --name db -e PASSWORD='pa$word' example/db:1";
require("fs").writeFileSync("compose.yml", (c.default || c)(line).replace(/^name:.*/, "name: a"));
JS
node translate.js
same "what it writes" '- PASSWORD=pa$word' "$(grep -o -- '- PASSWORD.*' compose.yml)"
same "what the container gets" 'PASSWORD: pa' "$(compose config 2>warning | grep -o 'PASSWORD.*')"
grep -o 'variable is not set' warning
