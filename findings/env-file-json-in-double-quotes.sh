#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4), python-dotenv 1.2.4, dotenv 18.0.10 (npm), Node's own
#   reader.
# Most engineers expect: JSON in a double-quoted .env value with its quotes escaped, as a shell wants it, is the
#   same JSON for each reader.
# What happens: Compose and python-dotenv take the backslashes away. dotenv keeps them, so JSON.parse fails;
#   Node's own reader ends the value at the first escaped quote.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   v20.20.2
#   docker compose: {"rpm": 5}
#   python-dotenv: {"rpm": 5}
#   dotenv: {\"rpm\": 5}
#   node --env-file: {\
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
printf '%s\n' 'LIMITS="{\"rpm\": 5}"' > app.env
echo 'services: {a: {image: "example/a:1", env_file: [app.env]}}' > compose.yml
same "docker compose" '{"rpm": 5}' "$(compose config --format json | node -p 'JSON.parse(require("fs").readFileSync(0)).services.a.environment.LIMITS')"
same "python-dotenv" '{"rpm": 5}' "$(venv/bin/python -c 'import dotenv; print(dotenv.dotenv_values("app.env")["LIMITS"])')"
same "dotenv" '{\"rpm\": 5}' "$(node -p 'require("dotenv").parse(require("fs").readFileSync("app.env")).LIMITS')"
same "node --env-file" '{\' "$(node --env-file=app.env -p process.env.LIMITS)"
