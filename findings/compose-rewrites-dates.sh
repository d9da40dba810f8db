#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian trixie) and 2.40.3 (Debian unstable).
# Most engineers expect: `RELEASE: 2026-12-01` in `environment` or `labels` is that text, as `RELEASE: 1.4.2`
#   and `AT: 03:30` are.
# What happens: A date without quotes is a time for the YAML reader: 2.26 hands the container `2026-12-01
#   00:00:00 +0000 UTC`, and 2.40 refuses the file, so that it breaks with the upgrade. Quotes, or a list of
#   `NAME=value`, keep the text.
# Output when it was run on 2026-12-01:
#   2.26, RELEASE: 2026-12-01: RELEASE: 2026-12-01 00:00:00 +0000 UTC
#   2.40, RELEASE: 2026-12-01: invalid jsonType time.Time
#   2.26, a label: org.example.built: 2026-12-01 00:00:00 +0000 UTC
#   2.40, a label: invalid jsonType time.Time
#   2.26, RELEASE: "2026-12-01": RELEASE: "2026-12-01"
#   2.40, RELEASE: "2026-12-01": RELEASE: "2026-12-01"
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

mkdir old
cd old
# Packages of Debian trixie, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/trixie/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/sources" -o "Dir::State::Lists=$PWD/apt/lists"
  -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'docker-compose=2.26.1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

mkdir new
cd new
# Packages of Debian sid, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/sid/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/sources" -o "Dir::State::Lists=$PWD/apt/lists"
  -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'docker-compose=2.40.3-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

compose() { release=$1; shift; "$release/root/usr/libexec/docker/cli-plugins/docker-compose" "$@"; }

ask() {
  printf 'services: {web: {image: "example/web:1", environment: {RELEASE: %s}}}\n' "$2" > compose.yml
  compose "$1" config 2>&1 | grep -oE '(RELEASE: .*|invalid jsonType.*)'
}
labels() {
  printf 'services: {web: {image: "example/web:1", labels: {org.example.built: %s}}}\n' "$2" > compose.yml
  compose "$1" config 2>&1 | grep -oE '(org.example.built: .*|invalid jsonType.*)'
}
same "2.26, RELEASE: 2026-12-01" 'RELEASE: 2026-12-01 00:00:00 +0000 UTC' "$(ask old 2026-12-01)"
same "2.40, RELEASE: 2026-12-01" 'invalid jsonType time.Time' "$(ask new 2026-12-01)"
same "2.26, a label" 'org.example.built: 2026-12-01 00:00:00 +0000 UTC' "$(labels old 2026-12-01)"
same "2.40, a label" 'invalid jsonType time.Time' "$(labels new 2026-12-01)"
same "2.26, RELEASE: \"2026-12-01\"" 'RELEASE: "2026-12-01"' "$(ask old '"2026-12-01"')"
same "2.40, RELEASE: \"2026-12-01\"" 'RELEASE: "2026-12-01"' "$(ask new '"2026-12-01"')"
