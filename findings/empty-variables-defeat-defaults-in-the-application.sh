#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4), pydantic-settings 2.16.3, environs 15.2.0, python-decouple
#   3.8.
# Most engineers expect: `PORT: ${PORT}` in compose, or `${PORT:-}`, leaves the application's own default in
#   force where PORT is not set.
# What happens: The container gets the variable with an empty text. The libraries count that as set and stop
#   with an error at start-up instead of using the default. `environment: [PORT]`, without a value, passes it
#   only where it is set.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   the container gets: PORT: ""
#   one.py, not set: 80
#   two.py, not set: 80
#   three.py, not set: 80
#   pydantic-settings, empty: Input should be a valid integer, unable to parse string as an
#   environs, empty: Environment variable "PORT" invalid: Not a valid integer.
#   python-decouple, empty: invalid literal for int() with base 10: ''
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
venv/bin/pip -q --disable-pip-version-check install 'pydantic-settings==2.16.3' 'environs==15.2.0' 'python-decouple==3.8'

unset PORT
echo 'services: {web: {image: "example/web:1", environment: {PORT: "${PORT:-}"}}}' > compose.yml
same "the container gets" 'PORT: ""' "$(compose config | grep -o 'PORT.*')"
cat > one.py <<'PY'
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    port: int = 80
print(Settings().port)
PY
echo 'import environs; print(environs.Env().int("PORT", 80))' > two.py
echo 'import decouple; print(decouple.config("PORT", default=80, cast=int))' > three.py
last_line() { venv/bin/python "$1" > out 2>&1 || true; tail -n "$2" out | sed -n 1p | sed 's/^[a-zA-Z.]*: //; s/^ *//' | cut -c1-62; }
for file in one two three; do same "$file.py, not set" 80 "$(last_line $file.py 1)"; done
export PORT=''
same "pydantic-settings, empty" 'Input should be a valid integer, unable to parse string as an ' "$(last_line one.py 2)"
same "environs, empty" 'Environment variable "PORT" invalid: Not a valid integer.' "$(last_line two.py 1)"
same "python-decouple, empty" "invalid literal for int() with base 10: ''" "$(last_line three.py 1)"
