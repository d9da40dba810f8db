#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4), dotenv 18.0.10 (npm), Node's own reader, python-dotenv
#   1.2.4.
# Most engineers expect: A line `DEBUG: off` in .env, left from a YAML list, is an error or is skipped by all
#   readers alike.
# What happens: Compose and dotenv take it as an assignment; python-dotenv and `node --env-file` skip it. The
#   setting exists for half of the programs that read the file.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   v20.20.2
#   docker compose: DEBUG: "off"
#   dotenv: {"DEBUG":"off"}
#   python-dotenv: {}
#   node --env-file: undefined
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

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'python-dotenv==1.2.4'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts dotenv@18.0.10 >> npm.log

node --version
echo 'DEBUG: off' > app.env
echo 'services: {a: {image: "example/a:1", env_file: [app.env]}}' > compose.yml
same "docker compose" 'DEBUG: "off"' "$(compose config | grep -o 'DEBUG.*')"
same "dotenv" '{"DEBUG":"off"}' "$(node -p 'JSON.stringify(require("dotenv").parse(require("fs").readFileSync("app.env")))')"
same "python-dotenv" '{}' "$(venv/bin/python -c 'import dotenv; print(dict(dotenv.dotenv_values("app.env")))' 2>/dev/null)"
same "node --env-file" undefined "$(env -u DEBUG node --env-file=app.env -p process.env.DEBUG)"
