#!/usr/bin/env bash
# Software: docker compose 2.40.3 and docker stack of Docker's command line 28.5.2 (Debian sid).
# Most engineers expect: `docker compose config` writes the canonical form of a compose file, with .env applied,
#   so `docker stack deploy -c` on it is the way to a swarm; and `docker stack deploy -c compose.yml` reads .env
#   itself.
# What happens: `docker stack` refuses the canonical form: `published` must be no text and `depends_on` no
#   mapping. It takes the file itself and does not read .env: `${TAG:-latest}` is `latest`, without a word.
# Output when it was run on 2026-12-01:
#   Docker Compose version 2.40.3-3
#   Docker version 28.5.2
#   docker compose config: example/web:1.4.2
#   docker stack, the same file: example/web:latest
#   docker stack, what compose wrote: services.web.ports.0.published must be a integer
#   with a number: services.web.depends_on must be a list
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

# Packages of Debian sid, unpacked into the folder; nothing is installed on the machine.
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
"${apt[@]}" download 'docker-compose=2.40.3-*' 'docker-cli=28.5.2*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
compose() { root/usr/libexec/docker/cli-plugins/docker-compose "$@"; }
stack() { root/usr/bin/docker stack config "$@"; }
export DOCKER_CONFIG=$work/docker
unset TAG COMPOSE_PROFILES COMPOSE_FILE
compose version
root/usr/bin/docker --version | grep -oE '^Docker version [0-9.]+'

echo 'TAG=1.4.2' > .env
cat > compose.yml <<'YAML'
services:
  web: {image: "example/web:${TAG:-latest}", ports: ["8080:80"], depends_on: [db]}
  db: {image: "example/db:1"}
YAML
image() { grep -o 'example/web:.*'; }
said() { stack -c "$1" 2>&1 > /dev/null | tail -n 1; }
same "docker compose config" example/web:1.4.2 "$(compose config | image)"
same "docker stack, the same file" example/web:latest "$(stack -c compose.yml | image)"
compose config > whole.yml
same "docker stack, what compose wrote" 'services.web.ports.0.published must be a integer' "$(said whole.yml)"
sed 's/published: "8080"/published: 8080/' whole.yml > ports.yml
same "with a number" 'services.web.depends_on must be a list' "$(said ports.yml)"
