#!/usr/bin/env bash
# Software: rclone 1.60.1 (Debian trixie).
# Most engineers expect: `rclone delete --min-age 30 remote:backup` removes what is older than 30 days, and
#   `--max-size 5000` takes files of up to 5000 bytes: numbers without a unit are days in a retention and bytes
#   in a size.
# What happens: An age without a unit is in seconds: with 30 the backup of a minute ago is among what is
#   removed. `30m` is half an hour, `30M` two and a half years. A size without a unit is in KiB, so that
#   `--max-size 5000` and `--bwlimit 500000` limit nearly nothing. `30d` and `5000B` are meant.
# Output when it was run on 2026-12-01:
#   rclone v1.60.1-DEV
#   --min-age 30: days minutes years
#   --min-age 30m: days minutes years
#   --min-age 30M: years
#   --min-age 30d: days years
#   files of 6000 bytes, --max-size 5000: days minutes years
#   files of 6000 bytes, --max-size 5000B: none
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
"${apt[@]}" download 'rclone=1.60.1+dfsg-4*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

export HOME=$work
root/usr/bin/rclone version | sed -n 1p
mkdir backup
for file in minutes days years; do head -c 6000 /dev/zero > "backup/$file"; done
touch -d '40 minutes ago' backup/minutes
touch -d '40 days ago' backup/days
touch -d '3 years ago' backup/years
seen() { root/usr/bin/rclone lsf "$@" backup 2> /dev/null | paste -sd' ' | grep . || echo none; }
same "--min-age 30" 'days minutes years' "$(seen --min-age 30)"
same "--min-age 30m" 'days minutes years' "$(seen --min-age 30m)"
same "--min-age 30M" 'years' "$(seen --min-age 30M)"
same "--min-age 30d" 'days years' "$(seen --min-age 30d)"
same "files of 6000 bytes, --max-size 5000" 'days minutes years' "$(seen --max-size 5000)"
same "files of 6000 bytes, --max-size 5000B" 'none' "$(seen --max-size 5000B)"
