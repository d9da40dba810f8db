#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4); 2.40.3 does the same.
# Most engineers expect: `${REGISTRY-URL}` is the variable of that name, or is refused: .env may have the line
#   `REGISTRY-URL=…`.
# What happens: `-` begins a default: without a variable REGISTRY the text is `URL`, without a warning. A line
#   of .env with that name changes nothing.
# Output when it was run on 2026-11-30:
#   Docker Compose version 2.26.1-4
#   no variable: URL/app:1
#   REGISTRY-URL in .env: URL/app:1
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

echo 'services: {app: {image: "${REGISTRY-URL}/app:1"}}' > compose.yml
image() { compose config 2>&1 | sed -n 's/^ *image: //p; /variable is not set/p'; }
same "no variable" 'URL/app:1' "$(image)"
echo 'REGISTRY-URL=registry.example' > .env
same "REGISTRY-URL in .env" 'URL/app:1' "$(image)"
