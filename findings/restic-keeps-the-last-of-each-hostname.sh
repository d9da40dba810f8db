#!/usr/bin/env bash
# Software: restic 0.18.0 (Debian trixie).
# Most engineers expect: `restic forget --keep-last 2 --prune` in a backup container leaves two snapshots.
# What happens: Two of each host and folder. A container has a new hostname each time that it is made, so each run
#   of `docker compose run --rm backup` is a host of its own: nothing is ever forgotten and the disk fills.
#   `--host` at `backup`, `hostname:` in compose or `--group-by paths` helps.
# Output when it was run on 2026-12-01:
#   restic 0.18.0
#   four containers, --keep-last 2: 4
#   with --group-by paths: 2
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
"${apt[@]}" download 'restic=0.18.0-*' libc6 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }
restic() { with_libraries root/usr/bin/restic --no-cache "$@"; }
restic version | grep -oE '^restic [0-9.]+'

export HOME=$work RESTIC_PASSWORD=example RESTIC_REPOSITORY=$work/repository
mkdir data
echo 1 > data/file
restic -q init > log
count() { restic snapshots --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'; }
# The names that an engine gives to four containers.
for name in 0f3c5a7e91b2 7d20c4be8812 a91f00c37d55 c4418e2b6f09; do restic -q backup --host "$name" data > log; done
restic -q forget --keep-last 2 --prune > log
same "four containers, --keep-last 2" 4 "$(count)"
restic -q forget --keep-last 2 --group-by paths --prune > log
same "with --group-by paths" 2 "$(count)"
