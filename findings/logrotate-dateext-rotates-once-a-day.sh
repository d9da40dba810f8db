#!/usr/bin/env bash
# Software: logrotate 3.22.0 (Debian trixie).
# Most engineers expect: `size 100M` with `dateext` rotates each time the log has grown that far, also twice on
#   a day: without `dateext` it does.
# What happens: The name of the old log has the date alone: the second rotation of a day is skipped because the
#   file is there, and the log grows until midnight. `dateformat -%Y%m%d-%s` gives each its own name.
# Output when it was run on 2026-11-30:
#   logrotate 3.22.0
#   without dateext: 3 old logs, 0 lines left in the log
#   dateext: 1 old logs, 2 lines left in the log
#   the error: already exists, skipping rotation
#   dateext, dateformat with %s: 3 old logs, 0 lines left in the log
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

with_libraries root/usr/sbin/logrotate --version 2>&1 | sed -n 1p
seen() {
  rm -f app.log* state
  printf '%s/app.log {\n  size 10\n  rotate 7\n  %s\n}\n' "$work" "$1" > rotate.conf
  chmod 644 rotate.conf
  for line in one two three; do
    echo "line $line of the log" >> app.log
    with_libraries root/usr/sbin/logrotate -s "$work/state" rotate.conf > /dev/null 2>> errors || true
    sleep 1.1
  done
  echo "$(find . -maxdepth 1 -name 'app.log?*' | wc -l) old logs, $(cat app.log 2> /dev/null | wc -l) lines left in the log"
}
same "without dateext" '3 old logs, 0 lines left in the log' "$(seen '')"
same "dateext" '1 old logs, 2 lines left in the log' "$(seen dateext)"
same "the error" 'already exists, skipping rotation' "$(grep -oE 'already exists, skipping rotation' errors | sort -u)"
same "dateext, dateformat with %s" '3 old logs, 0 lines left in the log' "$(seen 'dateext
  dateformat -%Y%m%d-%s')"
