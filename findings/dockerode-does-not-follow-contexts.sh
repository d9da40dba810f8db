#!/usr/bin/env bash
# Software: docker 26.1.5 (Debian trixie), docker 7.2.0 (Docker's SDK for Python), dockerode 5.0.1 (npm).
# Most engineers expect: After `docker context use production` the programs on this machine that speak to Docker
#   speak to the engine that the command speaks to, all or none.
# What happens: The command and Docker's SDK for Python follow the context; dockerode takes the local engine: a
#   Node script prunes, stops and starts here what was meant for there. DOCKER_HOST, which is set for one shell,
#   counts for all three.
# Output when it was run on 2026-11-30:
#   docker: docker.example:2375
#   SDK for Python: docker.example:2375
#   dockerode: the local engine
#   dockerode with DOCKER_HOST: docker.example
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
venv/bin/pip -q --disable-pip-version-check install 'docker==7.2.0'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts dockerode@5.0.1 >> npm.log

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
"${apt[@]}" download 'docker-cli=26.1.5*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

unset DOCKER_HOST DOCKER_CONTEXT
export DOCKER_CONFIG="$work/config"
docker() { root/usr/bin/docker "$@"; }
docker context create production --docker host=tcp:/""/docker.example:2375 > log 2>&1
docker context use production > log 2>&1
python_() { venv/bin/python -c 'import docker; print(docker.from_env(version="1.45").api.base_url.split("/")[2])'; }
node_() { node -e 'const { modem } = new (require("dockerode"))(); console.log(modem.host || "the local engine")'; }
same "docker" 'docker.example:2375' "$(docker context inspect --format '{{ .Endpoints.docker.Host }}' | cut -d/ -f3)"
same "SDK for Python" 'docker.example:2375' "$(python_)"
same "dockerode" 'the local engine' "$(node_)"
export DOCKER_HOST=tcp:/""/docker.example:2375
same "dockerode with DOCKER_HOST" 'docker.example' "$(node_)"
