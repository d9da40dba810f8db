#!/usr/bin/env bash
# Software: systemd 257 (Debian trixie).
# Most engineers expect: `systemctl enable` fails for a unit that will not start at boot:
#   `WantedBy=mult-user.target` is misspelt, or [Install] is missing.
# What happens: Both end with 0, and the misspelt one is `enabled` from then on: only a line of text says that
#   the target does not exist. Scripts and configuration management see success; after the next boot the service
#   is down.
# Output when it was run on 2026-11-29:
#   systemd 257 (257.13-1~deb13u1)
#   WantedBy=mult-user.target: enable exit 0, enabled, non-existent unit mult-user.target.
#   no [Install]: enable exit 0, static, no installation config
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

control() { with_libraries root/usr/bin/systemctl --root="$work/host" "$@"; }
control --version | sed -n 1p
mkdir -p host/etc/systemd/system
try() {
  printf '[Service]\nExecStart=/usr/bin/true\n%s' "$2" > "host/etc/systemd/system/$1.service"
  status=0
  control enable "$1.service" > said 2>&1 || status=$?
  echo "enable exit $status, $(control is-enabled "$1.service" || true), $(grep -oE 'non-existent unit.*|no installation config' said | head -1)"
}
same "WantedBy=mult-user.target" 'enable exit 0, enabled, non-existent unit mult-user.target.' "$(try misspelt '[Install]
WantedBy=mult-user.target
')"
same "no [Install]" 'enable exit 0, static, no installation config' "$(try none '')"
