#!/usr/bin/env bash
# Software: chpst of runit 2.2.0 (Debian trixie).
# Most engineers expect: `chpst -e /run/secrets app` sets a variable to the content of each file, as compose
#   delivers its secrets.
# What happens: Only the first line counts, and spaces at its end go: of a key in PEM the service gets
#   `-----BEGIN PRIVATE KEY-----`. An empty file takes the variable away, also one that the environment had.
# Output when it was run on 2026-11-29:
#   KEY of two lines: [first]
#   a space at the end: [pass]
#   an empty file, MODE=safe before: not set
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
"${apt[@]}" download 'runit=2.2.0-*' libc6 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

mkdir secrets
printf -- 'first\nsecond\n' > secrets/KEY
printf 'pass ' > secrets/PASSWORD
printf '' > secrets/MODE
same "KEY of two lines" '[first]' "$(with_libraries root/usr/bin/chpst -e secrets /bin/sh -c 'printf "[%s]" "$KEY"')"
same "a space at the end" '[pass]' "$(with_libraries root/usr/bin/chpst -e secrets /bin/sh -c 'printf "[%s]" "$PASSWORD"')"
same "an empty file, MODE=safe before" 'not set' "$(MODE=safe with_libraries root/usr/bin/chpst -e secrets /bin/sh -c 'echo "${MODE-not set}"')"
