#!/usr/bin/env bash
# Software: systemd-tmpfiles 257 (Debian trixie).
# Most engineers expect: After a new release of tmpfiles.d with `f /etc/app.env - - - - MODE=new` and `L
#   /etc/current - - - - /opt/new`, `--create` writes the new text and sets the new link.
# What happens: `f` and `L` act only where nothing is there: the old text and the old link stay, without a word
#   and with exit code 0. `f+` and `L+` replace. The mode of a file that is there is changed all the same.
# Output when it was run on 2026-11-29:
#   systemd 257 (257.13-1~deb13u1)
#   f and L: MODE=old, mode 600, /opt/old, exit 0, lines said 0
#   f+ and L+: MODE=new, mode 600, /opt/new, exit 0, lines said 0
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

tmpfiles() { with_libraries root/usr/bin/systemd-tmpfiles --root="$work/host" --create "$work/tmpfiles.conf"; }
with_libraries root/usr/bin/systemd-tmpfiles --version | sed -n 1p
mkdir -p host/etc
try() {
  echo MODE=old > host/etc/app.env
  chmod 644 host/etc/app.env
  ln -sfn /opt/old host/etc/current
  printf 'f%s /etc/app.env 0600 - - - MODE=new\nL%s /etc/current - - - - /opt/new\n' "$1" "$1" > tmpfiles.conf
  status=0
  tmpfiles > said 2>&1 || status=$?
  echo "$(cat host/etc/app.env), mode $(stat -c %a host/etc/app.env), $(readlink host/etc/current), exit $status, lines said $(wc -l < said)"
}
same "f and L" 'MODE=old, mode 600, /opt/old, exit 0, lines said 0' "$(try '')"
same "f+ and L+" 'MODE=new, mode 600, /opt/new, exit 0, lines said 0' "$(try +)"
