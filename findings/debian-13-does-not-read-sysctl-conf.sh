#!/usr/bin/env bash
# Software: systemd 252 and procps 4.0.2 (Debian bookworm), systemd 257 and procps 4.0.4 (Debian trixie).
# Most engineers expect: `vm.max_map_count` in /etc/sysctl.conf is set at each boot, and `sysctl -p`, which
#   succeeds, proves that it is.
# What happens: Debian 13 has no link from /etc/sysctl.d to the file: systemd does not read it, and the value is
#   gone after the next boot, while `sysctl -p` reads it as before. Ansible's `sysctl` module writes there unless
#   `sysctl_file` names a file in /etc/sysctl.d.
# Output when it was run on 2026-12-01:
#   systemd 257 (257.13-1~deb13u1)
#   bookworm, at boot: vm.max_map_count = 262144
#   trixie, at boot: not set
#   trixie, sysctl -p: vm.max_map_count = 262144
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

# Packages of SUITE, unpacked into a folder of that name; nothing is installed on the machine.
unpack() {
  suite=$1
  shift
  mkdir -p "$suite/sources" "$suite/lists/partial" "$suite/cache/archives/partial" "$suite/root"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    grep -qi debian "$file" 2>/dev/null || continue
    case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
      sed -E "s/\\b[a-z]+-(updates|backports)\\b//g; s/\\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\\b/$suite/g" \
        > "$suite/sources/${file##*/}"
  done
  apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/$suite/sources" -o "Dir::State::Lists=$work/$suite/lists"
    -o "Dir::Cache=$work/$suite/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
  (cd "$suite" && "${apt[@]}" update > log 2>&1 && "${apt[@]}" download "$@" >> log 2>&1)
  for package in "$suite"/*.deb; do dpkg -x "$package" "$suite/root"; done
}
unpack bookworm 'systemd=252.*' 'procps=2:4.0.2-*'
unpack trixie 'systemd=257.*' 'libsystemd-shared=257.*' libsystemd0 libc6 libcap2 libacl1 libaudit1 libcap-ng0 libcrypt1 libssl3t64 libpam0g libselinux1 \
  libkmod2 libmount1 libblkid1 libseccomp2 libapparmor1 libgcc-s1 libzstd1 zlib1g libpcre2-8-0 \
  'procps=2:4.0.4-*' libproc2-0
libraries=$work/trixie/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }
with_libraries trixie/root/usr/bin/systemd-analyze --version | sed -n 1p

# The files that are read at boot, and the setting in them.
boot() {
  echo 'vm.max_map_count = 262144' > "$1/root/etc/sysctl.conf"
  with_libraries trixie/root/usr/bin/systemd-analyze --root="$work/$1/root" cat-config sysctl.d | grep -x 'vm.max_map_count = .*' || echo 'not set'
}
same "bookworm, at boot" 'vm.max_map_count = 262144' "$(boot bookworm)"
same "trixie, at boot" 'not set' "$(boot trixie)"
same "trixie, sysctl -p" 'vm.max_map_count = 262144' "$(with_libraries trixie/root/usr/sbin/sysctl --dry-run -p trixie/root/etc/sysctl.conf)"
