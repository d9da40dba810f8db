#!/usr/bin/env bash
# Software: systemd 257 (Debian trixie), docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: `RestartSec=1h30` or `RuntimeMaxSec=1h30` is an hour and a half, or refused as compose
#   refuses it.
# What happens: A number without a unit is seconds, wherever it stands: one hour and 30 seconds. `1m30` is right
#   by chance. compose wants a unit.
# Output when it was run on 2026-11-29:
#   systemd 257 (257.13-1~deb13u1)
#   1h30: 1h 30s
#   1m30: 1min 30s
#   1.5h: 1h 30min
#   compose, 1h30: missing unit in duration
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
  libkmod2 libmount1 libblkid1 libseccomp2 libapparmor1 libgcc-s1 libzstd1 zlib1g libpcre2-8-0 'docker-compose=2.26.1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

analyze() { with_libraries root/usr/bin/systemd-analyze "$@"; }
analyze --version | sed -n 1p
span() { analyze timespan "$1" | sed -n 's/.*Human: //p'; }
same "1h30" '1h 30s' "$(span 1h30)"
same "1m30" '1min 30s' "$(span 1m30)"
same "1.5h" '1h 30min' "$(span 1.5h)"
echo 'services: {web: {image: "example/web:1", stop_grace_period: 1h30}}' > compose.yml
same "compose, 1h30" 'missing unit in duration' "$(root/usr/libexec/docker/cli-plugins/docker-compose config 2>&1 | grep -o 'missing unit in duration')"
