#!/usr/bin/env bash
# Software: tzdata 2026b (Debian bookworm) and 2026f (Debian trixie).
# Most engineers expect: `TZ: US/Eastern`, or Asia/Calcutta, means the same in each image that has tzdata
#   installed.
# What happens: Debian 13, as Ubuntu 24.04, has these older names in a package of their own, tzdata-legacy: in
#   an image that moves from bookworm to trixie, the C library takes a name that it does not find for UTC,
#   without an error, and jobs, logs and reports move by five hours. `America/New_York` is in both.
# Output when it was run on 2026-12-01:
#   US/Eastern: bookworm 07:00 -0500, trixie 12:00 +0000, trixie with tzdata-legacy 07:00 -0500
#   US/Pacific: bookworm 04:00 -0800, trixie 12:00 +0000, trixie with tzdata-legacy 04:00 -0800
#   Asia/Calcutta: bookworm 17:30 +0530, trixie 12:00 +0000, trixie with tzdata-legacy 17:30 +0530
#   America/New_York: bookworm 07:00 -0500, trixie 07:00 -0500, trixie with tzdata-legacy 07:00 -0500
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

mkdir bookworm
cd bookworm
# Packages of Debian bookworm, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/bookworm/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/sources" -o "Dir::State::Lists=$PWD/apt/lists"
  -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'tzdata=2026*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

mkdir trixie
cd trixie
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
"${apt[@]}" download 'tzdata=2026*' 'tzdata-legacy=2026*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

mkdir trixie/plain
dpkg -x trixie/tzdata_*.deb trixie/plain
seen() { TZDIR=$1/usr/share/zoneinfo TZ=$2 date -d '2026-12-01 12:00 UTC' +'%H:%M %z'; }
for name in US/Eastern US/Pacific Asia/Calcutta America/New_York; do
  echo "$name: bookworm $(seen bookworm/root $name), trixie $(seen trixie/plain $name), trixie with tzdata-legacy $(seen trixie/root $name)"
done > table
same "US/Eastern" 'bookworm 07:00 -0500, trixie 12:00 +0000, trixie with tzdata-legacy 07:00 -0500' "$(sed -n 's#^US/Eastern: ##p' table)"
same "US/Pacific" 'bookworm 04:00 -0800, trixie 12:00 +0000, trixie with tzdata-legacy 04:00 -0800' "$(sed -n 's#^US/Pacific: ##p' table)"
same "Asia/Calcutta" 'bookworm 17:30 +0530, trixie 12:00 +0000, trixie with tzdata-legacy 17:30 +0530' "$(sed -n 's#^Asia/Calcutta: ##p' table)"
same "America/New_York" 'bookworm 07:00 -0500, trixie 07:00 -0500, trixie with tzdata-legacy 07:00 -0500' "$(sed -n 's#^America/New_York: ##p' table)"
