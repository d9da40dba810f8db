#!/usr/bin/env bash
# Software: systemd-tmpfiles 257 (Debian trixie).
# Most engineers expect: `d /srv/backup - - - 7d` removes the dumps that were written more than seven days ago,
#   as `find -mtime +7` does.
# What happens: The youngest of three times counts: written, read, and changed in its owner, mode or name. A
#   dump that the nightly upload or the virus scanner reads, that `chown -R` touches at each deployment, or that
#   rsync has just brought with its old date, is kept, and the disk fills. `m:7d` goes by the time of writing.
# Output when it was run on 2026-12-01:
#   systemd 257 (257.13-1~deb13u1)
#   written 30 days ago, brought today, 7d: kept
#   written 30 days ago, read today, am:7d: kept
#   written and read 30 days ago, am:7d: removed
#   written 30 days ago, read today, m:7d: removed
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
"${apt[@]}" download 'systemd=257.*' 'libsystemd-shared=257.*' libsystemd0 libc6 libcap2 libacl1 libaudit1 libcap-ng0 libcrypt1 libssl3t64 libpam0g libselinux1 libkmod2 \
  libmount1 libblkid1 libseccomp2 libapparmor1 libgcc-s1 libzstd1 zlib1g libpcre2-8-0 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

with_libraries root/usr/bin/systemd-tmpfiles --version | sed -n 1p
mkdir -p tree/etc/tmpfiles.d tree/srv/backup
seen() {
  echo dump > tree/srv/backup/dump.sql
  touch -d '30 days ago' tree/srv/backup/dump.sql
  ${2:+touch -a tree/srv/backup/dump.sql}
  echo "d /srv/backup - - - $1" > tree/etc/tmpfiles.d/backup.conf
  with_libraries root/usr/bin/systemd-tmpfiles --root="$work/tree" --clean
  [ -e tree/srv/backup/dump.sql ] && echo kept || echo removed
}
same "written 30 days ago, brought today, 7d" kept "$(seen 7d)"
same "written 30 days ago, read today, am:7d" kept "$(seen am:7d read)"
same "written and read 30 days ago, am:7d" removed "$(seen am:7d)"
same "written 30 days ago, read today, m:7d" removed "$(seen m:7d read)"
