#!/usr/bin/env bash
# Software: systemd-sysusers 257 (Debian trixie).
# Most engineers expect: `u app 1000` makes the user with the number 1000, which the container's files have, or
#   fails where another user has it.
# What happens: The number is a wish: where it is taken the user gets a free system number, with a line in the
#   log and exit code 0. On that host the service can't read the files that belong to 1000.
# Output when it was run on 2026-11-29:
#   systemd 257 (257.13-1~deb13u1)
#   1000 is free: 1000, exit 0
#   1000 is taken: another, exit 0
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
"${apt[@]}" download 'systemd=257.*' 'libsystemd-shared=257.*' libsystemd0 libc6 libcap2 libacl1 libaudit1 libcap-ng0 libcrypt1 libssl3t64 libpam0g libselinux1 \
  libkmod2 libmount1 libblkid1 libseccomp2 libapparmor1 libgcc-s1 libzstd1 zlib1g libpcre2-8-0 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

sysusers() { with_libraries root/usr/bin/systemd-sysusers "$@"; }
sysusers --version | sed -n 1p
try() {
  rm -rf host
  mkdir -p host/etc
  printf '%s' "$1" > host/etc/passwd
  printf '%s' "$2" > host/etc/group
  echo 'u app 1000 - /srv' > sysusers.conf
  status=0
  sysusers --root="$work/host" "$work/sysusers.conf" > said 2>&1 || status=$?
  echo "$([ "$(awk -F: '$1 == "app" { print $3 }' host/etc/passwd)" = 1000 ] && echo 1000 || echo another), exit $status"
}
same "1000 is free" '1000, exit 0' "$(try '' '')"
same "1000 is taken" 'another, exit 0' "$(try 'admin:x:1000:1000::/:/bin/sh
' 'admin:x:1000:
')"
