#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4); 2.40.3 does the same. podman-compose 1.6.0.
# Most engineers expect: `labels: {"traefik.http.routers.${NAME}.rule": …}` and the same label in a list are one
#   and the same.
# What happens: Compose replaces variables in values only: in the mapping the key keeps `${NAME}`, and the proxy
#   gets a router of that name; in the list the whole entry is a value, so it is replaced. podman-compose
#   replaces both.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   a mapping: docker compose: router.$${NAME}.rule: shop; podman-compose: router.shop.rule: shop
#   a list: docker compose: router.shop.rule: shop; podman-compose: router.shop.rule: shop
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

mkdir bin
printf '#!/bin/sh\necho "podman version 5.8.6"\n' > bin/podman
chmod +x bin/podman
compose() { root/usr/libexec/docker/cli-plugins/docker-compose "$@"; }
compose version
ask() {
  echo "services: {web: {image: 'example/web:1', labels: $1}}" > compose.yml
  export NAME=shop
  echo "docker compose: $(compose config | grep -o 'router.*'); podman-compose: $(PATH=$work/bin:$PATH venv/bin/podman-compose config 2> log | grep -o 'router.*')"
}
same "a mapping" 'docker compose: router.$${NAME}.rule: shop; podman-compose: router.shop.rule: shop' "$(ask '{"router.${NAME}.rule": "${NAME}"}')"
same "a list" 'docker compose: router.shop.rule: shop; podman-compose: router.shop.rule: shop' "$(ask '["router.${NAME}.rule=${NAME}"]')"
