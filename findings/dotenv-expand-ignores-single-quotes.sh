#!/usr/bin/env bash
# Software: dotenv 18.0.10 with dotenv-expand 1000.0.0 (npm), docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: Single quotes in .env keep a value literal, so a password with `$` is safe in them: so
#   it is for compose and a shell.
# What happens: dotenv takes the quotes away before dotenv-expand looks: `$` is expanded in single quotes too. A
#   backslash before it helps there, and is part of the password for compose.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   docker compose (it prints a dollar twice): PASSWORD: pa$$word
#   a shell: pa$word
#   dotenv-expand: pa
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
npm install --silent --no-audit --no-fund --ignore-scripts dotenv@18.0.10 dotenv-expand@1000.0.0 >> npm.log

echo "PASSWORD='pa\$word'" > app.env
echo 'services: {a: {image: "example/a:1", env_file: [app.env]}}' > compose.yml
same "docker compose (it prints a dollar twice)" 'PASSWORD: pa$$word' "$(compose config | grep -o 'PASSWORD.*')"
same "a shell" 'pa$word' "$(. ./app.env; echo "$PASSWORD")"
same "dotenv-expand" pa "$(node -p '
const parsed = require("dotenv").parse(require("fs").readFileSync("app.env"));
require("dotenv-expand").expand({parsed, processEnv: {}}).parsed.PASSWORD')"
