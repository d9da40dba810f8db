#!/usr/bin/env bash
# Software: logrotate 3.22.0 (Debian trixie); 3.21.0 does the same.
# Most engineers expect: `daily` and `size 100M` together rotate each day, and earlier when the file is larger.
# What happens: They exclude each other and the last one counts: with `size` behind `daily`, a log that stays
#   small is never rotated, so `rotate 7` no longer means a week; with `daily` behind `size` the size is not
#   looked at. `daily` with `maxsize` is what was meant.
# Output when it was run on 2026-11-29:
#   logrotate 3.22.0
#   daily, size 100M: 104857600 bytes
#   size 100M, daily: after 1 days
#   daily, maxsize 100M: after 1 days
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
"${apt[@]}" download 'logrotate=3.22.*' libc6 libpopt0 libacl1 libselinux1 libpcre2-8-0 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }
logrotate() { with_libraries root/usr/sbin/logrotate "$@"; }
logrotate --version 2>&1 | sed -n 1p
mkdir -m 755 logs
echo line > logs/app.log
said() { printf '%s/logs/app.log {\n  rotate 7\n  %s\n  %s\n}\n' "$work" "$1" "$2" > rules; chmod 644 rules; logrotate -d -s "$work/state" rules 2>&1 | grep -oE "after 1 days|104857600 bytes" | sed -n 1p; }
same "daily, size 100M" '104857600 bytes' "$(said daily 'size 100M')"
same "size 100M, daily" 'after 1 days' "$(said 'size 100M' daily)"
same "daily, maxsize 100M" 'after 1 days' "$(said daily 'maxsize 100M')"
