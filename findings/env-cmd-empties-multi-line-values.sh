#!/usr/bin/env bash
# Software: env-cmd 11.0.0 (npm), dotenv 18.0.10, docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: A key in double quotes over several lines of .env is read, or refused with an error.
# What happens: env-cmd sets the variable to an empty text, without an error, and goes on with the next line;
#   dotenv and compose read all lines.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   docker compose: ["first\nsecond","1"]
#   dotenv: ["first\nsecond","1"]
#   env-cmd: ["","1"]
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
npm install --silent --no-audit --no-fund --ignore-scripts dotenv@18.0.10 env-cmd@11.0.0 >> npm.log

printf 'CERT="first\nsecond"\nNEXT=1\n' > app.env
echo 'services: {a: {image: "example/a:1", env_file: [app.env]}}' > compose.yml
show='JSON.stringify([process.env.CERT, process.env.NEXT])'
same "docker compose" '["first\nsecond","1"]' "$(compose config --format json | node -p 'const e=JSON.parse(require("fs").readFileSync(0)).services.a.environment; JSON.stringify([e.CERT, e.NEXT])')"
same "dotenv" '["first\nsecond","1"]' "$(node -p 'const e=require("dotenv").parse(require("fs").readFileSync("app.env")); JSON.stringify([e.CERT, e.NEXT])')"
same "env-cmd" '["","1"]' "$(npx env-cmd -f app.env node -p "$show")"
