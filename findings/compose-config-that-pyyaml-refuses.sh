#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4) and PyYAML 6.0.4.
# Most engineers expect: What `docker compose config` prints is YAML that every YAML library reads, so Ansible's
#   `from_yaml` and Python scripts can take it.
# What happens: A value that is `=` or `<<` is written without quotes. To a YAML 1.1 reader those are special
#   scalars: PyYAML refuses the whole document.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   what config writes: SEPARATOR: =
#   what PyYAML says: could not determine a constructor for the tag 'tag:yaml.org,2002:value'
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
venv/bin/pip -q --disable-pip-version-check install 'PyYAML==6.0.4'

cat > compose.yml <<'YAML'
services:
  import: {image: "example/import:1", environment: {SEPARATOR: "="}}
YAML
compose config > resolved.yml
same "what config writes" 'SEPARATOR: =' "$(grep -o 'SEPARATOR.*' resolved.yml)"
said=$(venv/bin/python -c 'import yaml; yaml.safe_load(open("resolved.yml"))' 2>&1 | grep -o 'could not determine.*' || true)
same "what PyYAML says" "could not determine a constructor for the tag 'tag:yaml.org,2002:value'" "$said"
