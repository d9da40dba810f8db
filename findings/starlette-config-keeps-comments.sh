#!/usr/bin/env bash
# Software: starlette 1.10.0 and docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: starlette's `Config(".env")` reads the file that compose reads in the same way.
# What happens: It splits at `=` and knows neither comments after a value nor `export`: the comment is part of
#   the value, and the variable is named `export TOKEN`.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   docker compose: MODE: fast TOKEN: abc
#   starlette: {'MODE': 'fast # or slow', 'export TOKEN': 'abc'}
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
venv/bin/pip -q --disable-pip-version-check install 'starlette==1.10.0'

printf 'MODE=fast # or slow\nexport TOKEN=abc\n' > app.env
echo 'services: {a: {image: "example/a:1", env_file: [app.env]}}' > compose.yml
same "docker compose" 'MODE: fast TOKEN: abc' "$(compose config | grep -E 'MODE|TOKEN' | xargs)"
same "starlette" "{'MODE': 'fast # or slow', 'export TOKEN': 'abc'}" "$(venv/bin/python -c 'from starlette.config import Config; print(Config("app.env").file_values)')"
