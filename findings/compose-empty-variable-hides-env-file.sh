#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4); 2.40.3 does the same.
# Most engineers expect: A variable that the CI job sets to nothing counts as unset, as `${TAG:-…}` treats it:
#   the pinned value of the project's .env applies.
# What happens: The empty variable of the shell hides the line of .env first, then `:-` replaces the empty text:
#   the service runs the fallback although .env pins a version.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   TAG not set: example/web:1.4.2
#   TAG set to nothing: example/web:latest
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

echo 'TAG=1.4.2' > .env
echo 'services: {web: {image: "example/web:${TAG:-latest}"}}' > compose.yml
image() { compose config | sed -n 's/^ *image: //p'; }
same "TAG not set" example/web:1.4.2 "$(env -u TAG bash -c "$(declare -f compose image); image")"
same "TAG set to nothing" example/web:latest "$(TAG='' image)"
