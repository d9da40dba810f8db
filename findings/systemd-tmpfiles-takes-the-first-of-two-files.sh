#!/usr/bin/env bash
# Software: systemd 257 (Debian trixie).
# Most engineers expect: In tmpfiles.d the later file wins, as in the drop-ins of units and in sysctl.d: `d
#   /run/app 0770` in /etc/tmpfiles.d/zz-local.conf replaces the line of a package's app.conf.
# What happens: The first line for a path wins, in the order of the files' names: the one of zz-local.conf is
#   ignored with a message in the journal, /etc or not. The file has to be named app.conf, which replaces the
#   package's whole, or to sort before it.
# Output when it was run on 2026-12-01:
#   systemd 257 (257.13-1~deb13u1)
#   zz-local.conf: mode 750, exit code 0 Duplicate line
#   aa-local.conf: mode 770, exit code 0 Duplicate line
#   app.conf: mode 770, exit code 0
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
tmpfiles() { with_libraries root/usr/bin/systemd-tmpfiles "$@"; }
tmpfiles --version | sed -n 1p

seen() {
  rm -rf tree
  mkdir -p tree/usr/lib/tmpfiles.d tree/etc/tmpfiles.d
  echo 'd /run/app 0750 - - -' > tree/usr/lib/tmpfiles.d/app.conf
  echo 'd /run/app 0770 - - -' > "tree/etc/tmpfiles.d/$1"
  tmpfiles --create --root="$work/tree" > said 2>&1 && code=0 || code=$?
  echo "mode $(stat -c %a tree/run/app), exit code $code $(grep -o 'Duplicate line' said || true)" | sed 's/ $//'
}
same "zz-local.conf" 'mode 750, exit code 0 Duplicate line' "$(seen zz-local.conf)"
same "aa-local.conf" 'mode 770, exit code 0 Duplicate line' "$(seen aa-local.conf)"
same "app.conf" 'mode 770, exit code 0' "$(seen app.conf)"
