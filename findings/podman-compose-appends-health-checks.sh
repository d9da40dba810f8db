#!/usr/bin/env bash
# Software: podman-compose 1.6.0, docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: An override file with its own `healthcheck.test` replaces the base's, as docker compose
#   does it.
# What happens: podman-compose replaces `command` and `entrypoint` but appends to every other list: the check
#   becomes `CMD old CMD new`, one command with the other as its arguments. `test: !override [CMD, new]`
#   replaces.
# Output when it was run on 2026-11-29:
#   a list, podman-compose: new | ['CMD', 'old', 'CMD', 'new']; docker compose: new | ['CMD', 'new']
#   !override, podman-compose: new | ['CMD', 'new']; docker compose: new | ['CMD', 'new']
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

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'podman-compose==1.6.0'

# podman-compose asks for Podman's version before it prints a file; nothing else is asked.
mkdir bin
printf '#!/bin/sh\necho "podman version 5.8.6"\n' > bin/podman
chmod +x bin/podman
echo 'services: {web: {image: "example/web:1", command: [old], healthcheck: {test: [CMD, old]}}}' > compose.yml
ask() {
  echo "services: {web: {command: [new], healthcheck: {test: $1}}}" > override.yml
  PATH=$work/bin:$PATH venv/bin/podman-compose -f compose.yml -f override.yml config 2> log > podman.yml
  root/usr/libexec/docker/cli-plugins/docker-compose -f compose.yml -f override.yml config > docker.yml
  for file in podman.yml docker.yml; do
    venv/bin/python -c 'import sys, yaml; web = yaml.safe_load(open(sys.argv[1]))["services"]["web"]; print(*web["command"], "|", web["healthcheck"]["test"])' "$file"
  done | paste -sd';' | sed 's/;/; docker compose: /'
}
same "a list, podman-compose" "new | ['CMD', 'old', 'CMD', 'new']; docker compose: new | ['CMD', 'new']" "$(ask '[CMD, new]')"
same "!override, podman-compose" "new | ['CMD', 'new']; docker compose: new | ['CMD', 'new']" "$(ask '!override [CMD, new]')"
