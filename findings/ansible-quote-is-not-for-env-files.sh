#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same), docker compose 2.26.1 (Debian 2.26.1-4), python-dotenv
#   1.2.4, dotenv 18.0.10 (npm), Node's own reader.
# Most engineers expect: `NAME={{ value | quote }}` in the template of a .env is the safe way to write any
#   value.
# What happens: `quote` writes for a shell: an apostrophe becomes `\'"\'"\'`. No .env reader joins quoted
#   pieces: compose refuses the file, python-dotenv drops the variable, Node cuts it, dotenv keeps the quotes.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   Docker Compose version 2.26.1-4
#   the file: MOTTO='it'"'"'s on'
#   docker compose: unexpected character
#   python-dotenv: {}
#   node --env-file: it
#   dotenv: it'"'"'s on
#   a shell: it's on
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'ansible-core==2.19.14'
export ANSIBLE_LOCALHOST_WARNING=0 ANSIBLE_INVENTORY_UNPARSED_WARNING=0 ANSIBLE_HOME="$work/ansible" ANSIBLE_NOCOLOR=1
export ANSIBLE_DEPRECATION_WARNINGS=0
venv/bin/ansible --version | sed -n 1p

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

venv/bin/pip -q --disable-pip-version-check install 'python-dotenv==1.2.4'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts dotenv@18.0.10 >> npm.log

echo 'MOTTO={{ motto | quote }}' > env.j2
venv/bin/ansible localhost -c local -e "{motto: \"it's on\"}" -m ansible.builtin.template -a "src=env.j2 dest=$work/app.env" > ansible.log
same "the file" "MOTTO='it'\"'\"'s on'" "$(cat app.env)"
echo 'services: {a: {image: "example/a:1", env_file: [app.env]}}' > compose.yml
if compose config > out 2>&1; then echo "compose accepts it now" >&2; exit 1; fi
same "docker compose" 'unexpected character' "$(grep -o 'unexpected character' out)"
same "python-dotenv" '{}' "$(venv/bin/python -W ignore -c 'import dotenv; print(dict(dotenv.dotenv_values("app.env")))' 2>/dev/null)"
same "node --env-file" it "$(node --env-file=app.env -p process.env.MOTTO)"
same "dotenv" "it'\"'\"'s on" "$(node -p 'require("dotenv").parse(require("fs").readFileSync("app.env")).MOTTO')"
same "a shell" "it's on" "$(. ./app.env; echo "$MOTTO")"
