#!/usr/bin/env bash
# Software: wait-for-it 0.0~git20180723 (Debian trixie).
# Most engineers expect: `wait-for-it db:5432 -- serve` in an entry point does not start the program where
#   the database does not answer within the 15 seconds.
# What happens: After the time is over the program is started all the same, and its exit code is 0. With
#   `--strict` it is not, and the exit code is 124.
# Output when it was run on 2026-11-30:
#   wait-for-it: started, exit code 0
#   wait-for-it --strict: not started, exit code 124
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
"${apt[@]}" download 'wait-for-it=0.0~git20180723-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

try() { root/usr/bin/wait-for-it 127.0.0.1:9 "$@" -t 1 -- echo started > said 2> log && code=0 || code=$?; echo "$(grep . said || echo 'not started'), exit code $code"; }
same 'wait-for-it' 'started, exit code 0' "$(try)"
same 'wait-for-it --strict' 'not started, exit code 124' "$(try --strict)"
