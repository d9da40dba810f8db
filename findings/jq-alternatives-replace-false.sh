#!/usr/bin/env bash
# Software: jq 1.7.1 (Debian trixie).
# Most engineers expect: `.read_only // true` is the value where there is one, and true where the key is
#   missing.
# What happens: `//` takes the other side for false as well as for null: a service that says `read_only: false`
#   counts as read-only, and `.restart // "always"` hides a false. `if has("read_only") then .read_only else
#   true end` asks for the key.
# Output when it was run on 2026-11-29:
#   jq-1.7
#   true: [true,true]
#   missing: [true,true]
#   false: [true,false]
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
"${apt[@]}" download 'jq=1.7.1-*' 'libjq1=1.7.1-*' libonig5 libc6 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

jq() { with_libraries root/usr/bin/jq "$@"; }
jq --version
ask() { echo "$1" | jq -c '[.read_only // true, if has("read_only") then .read_only else true end]'; }
same "true" '[true,true]' "$(ask '{"read_only": true}')"
same "missing" '[true,true]' "$(ask '{}')"
same "false" '[true,false]' "$(ask '{"read_only": false}')"
