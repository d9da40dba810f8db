#!/usr/bin/env bash
# Software: BorgBackup 1.4.0 (Debian trixie).
# Most engineers expect: Two backups, of the files and of the database, go into one repository, and `borg prune
#   --keep-daily 7` leaves seven days of each: the names of the archives begin differently, and restic keeps
#   hosts and paths apart.
# What happens: All archives of the repository are one series: of the two that were made on a day the later one
#   is kept, and the backup of the files is gone. Each day loses it anew, with exit code 0. `--glob-archives
#   'files-*'` for one series and `'db-*'` for the other are meant.
# Output when it was run on 2026-12-01:
#   borg 1.4.0
#   --keep-daily 7: files-20 db-20 db-21 db-22
#   --keep-daily 7 for each series: files-20 db-20 files-21 db-21 files-22 db-22
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
"${apt[@]}" download 'borgbackup=1.4.0-*' python3.13-minimal libpython3.13-minimal libpython3.13-stdlib python3-msgpack python3-packaging libc6 libacl1 libxxhash0 liblz4-1 \
  libzstd1 libssl3t64 zlib1g libexpat1 libffi8 libbz2-1.0 liblzma5 libgcc-s1 libstdc++6 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

export HOME=$work PYTHONHOME=$work/root/usr PYTHONPATH=$work/root/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1
export BORG_BASE_DIR=$work BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
borg() { with_libraries root/usr/bin/python3.13 root/usr/bin/borg "$@"; }
borg --version
echo content > file
seen() {
  rm -rf repository
  borg init --encryption none repository
  for day in 20 21 22; do
    borg create --timestamp "2026-11-${day}T01:00:00" "repository::files-$day" file
    borg create --timestamp "2026-11-${day}T02:00:00" "repository::db-$day" file
  done
  for series in "$@"; do borg prune --keep-daily 7 --glob-archives "$series" repository; done
  echo "$(borg list --short repository | paste -sd' ')"
}
same "--keep-daily 7" 'files-20 db-20 db-21 db-22' "$(seen '*')"
same "--keep-daily 7 for each series" 'files-20 db-20 files-21 db-21 files-22 db-22' "$(seen 'files-*' 'db-*')"
