#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian trixie) and 2.40.3 (Debian unstable).
# Most engineers expect: `COMPOSE_PROFILES=worker` in the .env of a server says what belongs to it, and `docker
#   compose --profile debug up -d` starts one thing more.
# What happens: The option takes the variable's place: the worker is not among the services of that command.
#   Where .env chooses it, `--profile debug up -d` after a change of the image deploys all but the worker, which
#   goes on with the old one, and `down` leaves it running. `--profile worker --profile debug` names both.
# Output when it was run on 2026-12-01:
#   Docker Compose version 2.26.1-4
#   .env alone: web worker
#   --profile debug: debug web
#   --profile worker --profile debug: debug web worker
#   Docker Compose version 2.40.3-3
#   .env alone: web worker
#   --profile debug: debug web
#   --profile worker --profile debug: debug web worker
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

mkdir old
cd old
# Packages of Debian trixie, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/trixie/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/sources" -o "Dir::State::Lists=$PWD/apt/lists"
  -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'docker-compose=2.26.1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

mkdir new
cd new
# Packages of Debian sid, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/sid/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/sources" -o "Dir::State::Lists=$PWD/apt/lists"
  -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'docker-compose=2.40.3-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

compose() { release=$1; shift; "$release/root/usr/libexec/docker/cli-plugins/docker-compose" "$@"; }

cat > compose.yml <<'YAML'
services:
  web: {image: "example/web:1"}
  worker: {image: "example/web:1", profiles: [worker]}
  debug: {image: "example/web:1", profiles: [debug]}
YAML
echo 'COMPOSE_PROFILES=worker' > .env
for release in old new; do
  compose "$release" version
  ask() { compose "$release" "$@" config --services | sort | paste -sd' '; }
  same ".env alone" 'web worker' "$(ask)"
  same "--profile debug" 'debug web' "$(ask --profile debug)"
  same "--profile worker --profile debug" 'debug web worker' "$(ask --profile worker --profile debug)"
done
