#!/usr/bin/env bash
# Software: docker stack of Docker's command line 28.5.2 and docker compose 2.40.3 (Debian sid).
# Most engineers expect: One compose file and one `env_file` give the same variables to `docker compose up` and to
#   `docker stack deploy`.
# What happens: `docker stack` reads the file as `docker run --env-file` does: quotes stay in the value, a comment
#   behind a value too, and nothing is replaced. A password in quotes works on the developer's machine and is
#   another one in the swarm.
# Output when it was run on 2026-12-01:
#   Docker Compose version 2.40.3-3
#   Docker version 28.5.2
#   docker compose: info/data | info | pa ss | shop
#   docker stack: $LEVEL/data | info # or debug | "pa ss" | 'shop'
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

echo 'services: {app: {image: "example/app:1", env_file: [app.env]}}' > compose.yml
cat > app.env <<'ENV'
PASSWORD="pa ss"
LEVEL=info # or debug
TITLE='shop'
DATA=$LEVEL/data
ENV
values() { python3 -c 'import json, sys; print(" | ".join(json.load(sys.stdin)["services"]["app"]["environment"].values()))'; }
# `docker stack config` writes YAML alone: the lines below `environment:`, without the quotes of YAML.
lines() { sed -n "/environment:/,/env_file:/s/^      [A-Z]*: //p" | sed "s/^'\(.*\)'\$/\1/; s/''/'/g" | sed ':a;N;$!ba;s/\n/ | /g'; }
same "docker compose" 'info/data | info | pa ss | shop' "$(compose config --format json | values)"
same "docker stack" "\$LEVEL/data | info # or debug | \"pa ss\" | 'shop'" "$(stack -c compose.yml | lines)"
