#!/usr/bin/env bash
# Software: systemd 257 (Debian trixie); 252 and 262 do the same.
# Most engineers expect: `OnCalendar=*:0/45` runs every 45 minutes, and `OnCalendar=0/5:00` every five hours.
# What happens: A step counts from the start of each hour or day: :00 and :45, a quarter of an hour apart and
#   then three; 0, 5, 10, 15 and 20 o'clock, then four hours. `OnUnitActiveSec=45min` is every 45 minutes.
# Output when it was run on 2026-11-29:
#   systemd 257 (257.13-1~deb13u1)
#   *:0/45: 00:45 01:00 01:45 02:00
#   0/5:00: 05:00 10:00 15:00 20:00 00:00
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

hours() { analyze calendar --base-time='2026-11-29 00:30:00' --iterations="$2" "$1" | grep -oE '[0-9]{2}:[0-9]{2}:00 UTC|[0-9]{2}:[0-9]{2}:00$' | cut -c1-5 | xargs; }
export TZ=UTC
same "*:0/45" '00:45 01:00 01:45 02:00' "$(hours '*:0/45' 4)"
same "0/5:00" '05:00 10:00 15:00 20:00 00:00' "$(hours '0/5:00' 5)"
