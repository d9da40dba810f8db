#!/usr/bin/env bash
# Software: dotenv 18.0.10, env-cmd 11.0.0 (npm), the .env reader of Node itself, direnv 2.37.1 and docker
#   compose 2.26.1 (Debian), python-dotenv 1.2.4.
# Most engineers expect: A `#` starts a comment in .env only after a space: `PASSWORD=pa#ss` is five characters
#   everywhere, as in a shell.
# What happens: Node's readers and direnv end an unquoted value at the first `#`; compose and python-dotenv keep
#   it. One .env gives the Node service another password than the database.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   v20.20.2
#   docker compose: pa#ss
#   python-dotenv: pa#ss
#   dotenv: pa
#   node --env-file: pa
#   env-cmd: pa
#   direnv: {"PASSWORD":"pa"}
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

# Packages of Debian sid, unpacked into the folder; nothing is installed on the machine.
rm -rf apt *.deb
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
"${apt[@]}" download 'direnv=2.37.1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'python-dotenv==1.2.4'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts dotenv@18.0.10 env-cmd@11.0.0 >> npm.log

node --version
echo 'PASSWORD=pa#ss' > .env
echo 'services: {a: {image: "example/a:1", environment: {PASSWORD: "${PASSWORD}"}}}' > compose.yml
same "docker compose" 'pa#ss' "$(compose config | sed -n 's/.*PASSWORD: //p')"
same "python-dotenv" 'pa#ss' "$(venv/bin/python -c 'import dotenv; print(dotenv.dotenv_values(".env")["PASSWORD"])')"
same "dotenv" pa "$(node -p 'require("dotenv").parse(require("fs").readFileSync(".env")).PASSWORD')"
same "node --env-file" pa "$(node --env-file=.env -p process.env.PASSWORD)"
same "env-cmd" pa "$(npx env-cmd -f .env node -p process.env.PASSWORD)"
same "direnv" '{"PASSWORD":"pa"}' "$(root/usr/bin/direnv dotenv json .env | tr -d ' \n')"
