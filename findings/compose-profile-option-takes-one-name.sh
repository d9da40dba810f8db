#!/usr/bin/env bash
# Software: docker compose 2.40.3 (Debian sid).
# Most engineers expect: `docker compose --profile web,worker up` starts the services of both profiles, as
#   `COMPOSE_PROFILES=web,worker` does.
# What happens: The option takes one name, and `web,worker` is a profile that no service has: nothing of either
#   profile is started, and the exit code is 0. The option has to be repeated.
# Output when it was run on 2026-12-01:
#   Docker Compose version 2.40.3-3
#   COMPOSE_PROFILES=web,worker: db web worker, exit code 0
#   --profile web --profile worker: db web worker, exit code 0
#   --profile web,worker: db, exit code 0
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
"${apt[@]}" download 'docker-compose=2.40.3-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
compose() { root/usr/libexec/docker/cli-plugins/docker-compose "$@"; }
unset TAG COMPOSE_PROFILES COMPOSE_FILE
compose version

cat > compose.yml <<'YAML'
services:
  db: {image: "example/db:1"}
  web: {image: "example/web:1", profiles: [web]}
  worker: {image: "example/worker:1", profiles: [worker]}
YAML
services() { "$@" > said 2>&1 && code=0 || code=$?; echo "$(sort said | paste -sd' '), exit code $code"; }
same "COMPOSE_PROFILES=web,worker" 'db web worker, exit code 0' "$(COMPOSE_PROFILES=web,worker services compose config --services)"
same "--profile web --profile worker" 'db web worker, exit code 0' "$(services compose --profile web --profile worker config --services)"
same "--profile web,worker" 'db, exit code 0' "$(services compose --profile web,worker config --services)"
