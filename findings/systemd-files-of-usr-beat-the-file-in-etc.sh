#!/usr/bin/env bash
# Software: systemd 257 (Debian trixie).
# Most engineers expect: What an administrator writes into /etc/systemd/journald.conf is stronger than what
#   packages ship below /usr/lib.
# What happens: The file is the weakest of all: drop-ins are read behind it, those of /usr/lib too. Debian ships
#   one, so `ForwardToSyslog=no` in /etc/systemd/journald.conf changes nothing. A file in
#   /etc/systemd/journald.conf.d is what counts, with a name that sorts last.
# Output when it was run on 2026-12-01:
#   systemd 257 (257.13-1~deb13u1)
#   as Debian ships it: /etc/systemd/journald.conf ForwardToSyslog=no /usr/lib/systemd/journald.conf.d/syslog.conf ForwardToSyslog=yes
#   as a drop-in: /usr/lib/systemd/journald.conf.d/syslog.conf ForwardToSyslog=yes /etc/systemd/journald.conf.d/zz-local.conf ForwardToSyslog=no
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
analyze() { with_libraries root/usr/bin/systemd-analyze "$@"; }
analyze --version | sed -n 1p

printf '[Journal]\nForwardToSyslog=no\n' > root/etc/systemd/journald.conf
# The files as they apply: the last line counts.
order() { analyze --root="$work/root" cat-config systemd/journald.conf | sed -n "s|^# $work/root\(/.*\)|\1|p; /^ForwardToSyslog=/p" | paste -sd' '; }
same "as Debian ships it" '/etc/systemd/journald.conf ForwardToSyslog=no /usr/lib/systemd/journald.conf.d/syslog.conf ForwardToSyslog=yes' "$(order)"
mkdir -p root/etc/systemd/journald.conf.d
cp root/etc/systemd/journald.conf root/etc/systemd/journald.conf.d/zz-local.conf
rm root/etc/systemd/journald.conf
same "as a drop-in" '/usr/lib/systemd/journald.conf.d/syslog.conf ForwardToSyslog=yes /etc/systemd/journald.conf.d/zz-local.conf ForwardToSyslog=no' "$(order)"
