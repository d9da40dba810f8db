#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4); 2.40.3 does the same.
# Most engineers expect: Two checkouts in two folders, `shop.eu` and `shopeu`, are two projects.
# What happens: The project name is the folder's name without the characters that a name may not have, so the
#   dot is dropped and both are the project `shopeu`. `up` in one replaces the containers of the other, and `up
#   --remove-orphans` or `down` removes them.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   project of shop.eu: shopeu
#   project of shopeu: shopeu
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

for folder in shop.eu shopeu; do
  mkdir "$folder"
  echo 'services: {web: {image: "example/web:1"}}' > "$folder/compose.yml"
done
same "project of shop.eu" shopeu "$(compose --project-directory shop.eu config | sed -n 's/^name: //p')"
same "project of shopeu" shopeu "$(compose --project-directory shopeu config | sed -n 's/^name: //p')"
