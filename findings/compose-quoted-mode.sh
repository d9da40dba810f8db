#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian trixie) and 2.40.3 (Debian unstable).
# Most engineers expect: `mode: "0440"` of a secret or config in quotes is the mode 0440, as without quotes, in
#   each release.
# What happens: 2.26 reads the digits in quotes as a decimal number: 440, which is the mode 0670, so that the
#   group may write and the owner execute. 2.40 reads them as octal. Without quotes both are 0440.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   Docker Compose version 2.40.3-3
#   2.26.1, mode: 0440: 0440
#   2.26.1, mode: "0440": 0670
#   2.40.3, mode: 0440: 0440
#   2.40.3, mode: "0440": 0440
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

mode() {
  echo "services: {app: {image: 'example/app:1', secrets: [{source: s, mode: $2}]}}" > compose.yml
  echo 'secrets: {s: {file: ./s}}' >> compose.yml
  "$1/usr/libexec/docker/cli-plugins/docker-compose" config --format json |
    python3 -c 'import json, sys; mode = json.load(sys.stdin)["services"]["app"]["secrets"][0]["mode"]; print(mode if isinstance(mode, str) else f"0{mode:o}")'
}
for release in old root; do "$release/usr/libexec/docker/cli-plugins/docker-compose" version; done
same '2.26.1, mode: 0440' 0440 "$(mode old 0440)"
same '2.26.1, mode: "0440"' 0670 "$(mode old '"0440"')"
same '2.40.3, mode: 0440' 0440 "$(mode root 0440)"
same '2.40.3, mode: "0440"' 0440 "$(mode root '"0440"')"
