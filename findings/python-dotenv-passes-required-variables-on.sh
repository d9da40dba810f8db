#!/usr/bin/env bash
# Software: python-dotenv 1.2.4, docker compose 2.26.1 (Debian 2.26.1-4), dotenv 18.0.10 with dotenv-expand
#   1000.0.0 (npm).
# Most engineers expect: `URL=${HOST:?set HOST}/api` stops a program that is started without HOST, as in a shell
#   and in compose.
# What happens: python-dotenv knows `:-` but not `:?` and hands the expression on as the value; dotenv-expand
#   makes it empty. Nothing stops.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   docker compose: required variable HOST is missing a value: set HOST
#   python-dotenv: ${HOST:?set HOST}/api
#   dotenv-expand: /api
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
npm install --silent --no-audit --no-fund --ignore-scripts dotenv@18.0.10 dotenv-expand@1000.0.0 >> npm.log

unset HOST
echo 'URL=${HOST:?set HOST}/api' > app.env
echo 'services: {a: {image: "example/a:1", env_file: [app.env]}}' > compose.yml
if compose config > out 2>&1; then echo "compose accepts it now" >&2; exit 1; fi
same "docker compose" 'required variable HOST is missing a value: set HOST' "$(grep -o 'required variable.*' out)"
same "python-dotenv" '${HOST:?set HOST}/api' "$(venv/bin/python -c 'import dotenv; print(dotenv.dotenv_values("app.env")["URL"])')"
same "dotenv-expand" '/api' "$(node -p '
const parsed = require("dotenv").parse(require("fs").readFileSync("app.env"));
require("dotenv-expand").expand({parsed, processEnv: {}}).parsed.URL')"
