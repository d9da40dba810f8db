#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian trixie) and 2.40.3 (Debian unstable), docker 7.2.0 (Docker's SDK for
#   Python).
# Most engineers expect: `mem_limit: 512Mi`, as Kubernetes writes it, is read by all or refused by all.
# What happens: 2.26 takes it for 512 MiB, 2.40 refuses the file, `invalid suffix`: an upgrade stops the
#   deployment. `512MiB` is read by both, and refused by Docker's SDK for Python. `512m` works everywhere.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   Docker Compose version 2.40.3-3
#   512Mi: 2.26.1 mem_limit: 536870912, 2.40.3 invalid suffix, SDK refused
#   512MiB: 2.26.1 mem_limit: 536870912, 2.40.3 mem_limit: 536870912, SDK refused
#   512m: 2.26.1 mem_limit: 536870912, 2.40.3 mem_limit: 536870912, SDK 536870912
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
mv root old
rm -rf apt ./*.deb

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

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'docker==7.2.0'

ask() {
  echo "services: {app: {image: 'example/app:1', mem_limit: $2}}" > compose.yml
  "$1/usr/libexec/docker/cli-plugins/docker-compose" config 2>&1 | grep -oE 'mem_limit: .*|invalid suffix' | tr -d '"'
}
sdk() { venv/bin/python -c "
import docker
try:
    print(docker.utils.parse_bytes('$1'))
except docker.errors.DockerException:
    print('refused')"; }
for release in old root; do "$release/usr/libexec/docker/cli-plugins/docker-compose" version; done
same "512Mi" '2.26.1 mem_limit: 536870912, 2.40.3 invalid suffix, SDK refused' "2.26.1 $(ask old 512Mi), 2.40.3 $(ask root 512Mi), SDK $(sdk 512Mi)"
same "512MiB" '2.26.1 mem_limit: 536870912, 2.40.3 mem_limit: 536870912, SDK refused' "2.26.1 $(ask old 512MiB), 2.40.3 $(ask root 512MiB), SDK $(sdk 512MiB)"
same "512m" '2.26.1 mem_limit: 536870912, 2.40.3 mem_limit: 536870912, SDK 536870912' "2.26.1 $(ask old 512m), 2.40.3 $(ask root 512m), SDK $(sdk 512m)"
