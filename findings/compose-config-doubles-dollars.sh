#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4) and PyYAML 6.0.4; compose 2.40.3 does the same, also with
#   `--format json`.
# Most engineers expect: `docker compose config` prints the values that the containers get, so a script or an
#   Ansible task can read a password from it.
# What happens: `config` prints a compose file again: each `$` is doubled. Whatever reads it as plain YAML or
#   JSON gets another value than the container does.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   in .env: pa$word
#   config, read by PyYAML: pa$$word
#   config of config, read by PyYAML: pa$$word
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

echo "DB_PASSWORD='pa\$word'" > .env
echo 'services: {db: {image: "example/db:1", environment: {PASSWORD: "${DB_PASSWORD}"}}}' > compose.yml
compose config > resolved.yml
compose -f resolved.yml config > again.yml
read_yaml() { venv/bin/python -c 'import sys,yaml; print(yaml.safe_load(open(sys.argv[1]))["services"]["db"]["environment"]["PASSWORD"])' "$1"; }
same "in .env" 'pa$word' "$(sed "s/.*='//; s/'$//" .env)"
same "config, read by PyYAML" 'pa$$word' "$(read_yaml resolved.yml)"
same "config of config, read by PyYAML" 'pa$$word' "$(read_yaml again.yml)"
