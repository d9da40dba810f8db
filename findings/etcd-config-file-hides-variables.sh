#!/usr/bin/env bash
# Software: etcd 3.5.16 (Debian trixie).
# Most engineers expect: ETCD_NAME and ETCD_DATA_DIR of the environment, or flags, override the file of
#   `--config-file`, or fill in what it does not say.
# What happens: With a file neither is read, without a word: the data goes to `default.etcd` in the working
#   folder instead of the mounted one, and is gone with the container.
# Output when it was run on 2026-11-29:
#   etcd Version: 3.5.16
#   the variable, no file: data
#   the variable and a file: default.etcd
#   the flag and a file: default.etcd
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
"${apt[@]}" download 'etcd-server=3.5.16*' libc6 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }
etcd() { with_libraries root/usr/bin/etcd "$@"; }
etcd --version | sed -n 1p
local_='http:/''/127.0.0.1'
printf 'listen-client-urls: %s\nadvertise-client-urls: %s\nlisten-peer-urls: %s\n' "$local_:22379" "$local_:22379" "$local_:22380" > etcd.yml
# Starts etcd, waits until it has a data folder and says which.
seen() {
  rm -rf data data-flag default.etcd
  ETCD_NAME=one ETCD_DATA_DIR=$work/data start root/usr/bin/etcd "$@" > log 2>&1 &
  server=$!
  for _ in $(seq 600); do
    if [ -d data/member/wal ] || [ -d data-flag/member/wal ] || [ -d default.etcd/member/wal ]; then break; fi
    sleep 0.1
  done
  kill "$server" 2> /dev/null || true
  wait "$server" 2> /dev/null || true
  ls -d data data-flag default.etcd 2> /dev/null | paste -sd' '
}
same "the variable, no file" data "$(seen --listen-client-urls "$local_:22379" --advertise-client-urls "$local_:22379" --listen-peer-urls "$local_:22380" --initial-cluster "one=$local_:2380" --initial-advertise-peer-urls "$local_:2380")"
same "the variable and a file" default.etcd "$(seen --config-file etcd.yml)"
same "the flag and a file" default.etcd "$(seen --config-file etcd.yml --data-dir data-flag)"
