#!/usr/bin/env bash
# Software: systemd-fstab-generator 257 and docker.io (Debian trixie).
# Most engineers expect: `nofail` in /etc/fstab, which guides and Ansible's `mount` recommend for disks of a
#   cloud, lets the machine boot where the disk is missing, and changes nothing where it is there.
# What happens: The boot no longer waits for the mount: its unit loses `Before=local-fs.target`, the one order
#   that Docker's unit has with it. A slow disk is mounted after the containers have started, and these write
#   into the empty folder below: the database starts anew, and what it writes is hidden with the mount.
#   `x-systemd.before=docker.service` beside `nofail` brings the order back; `RequiresMountsFor=` in a drop-in
#   of docker.service makes it a condition.
# Output when it was run on 2026-12-01:
#   systemd 257 (257.13-1~deb13u1)
#   defaults: Before=local-fs.target
#   defaults,nofail: no Before=
#   defaults,nofail,x-systemd.before=docker.service: Before=docker.service
#   Docker's unit about mounts: nothing
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
"${apt[@]}" download 'systemd=257.*' 'libsystemd-shared=257.*' docker.io libsystemd0 libc6 libcap2 libacl1 libaudit1 libcap-ng0 libcrypt1 libssl3t64 libpam0g libselinux1 \
  libkmod2 libmount1 libblkid1 libseccomp2 libapparmor1 libgcc-s1 libzstd1 zlib1g libpcre2-8-0 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

with_libraries root/usr/bin/systemd-analyze --version | sed -n 1p
seen() {
  rm -rf units
  mkdir -p units/a units/b units/c
  echo "/dev/vdb1 /srv/data ext4 $1 0 2" > fstab
  SYSTEMD_PROC_CMDLINE='' SYSTEMD_FSTAB=$work/fstab with_libraries root/usr/lib/systemd/system-generators/systemd-fstab-generator units/a units/b units/c > log 2>&1
  grep '^Before=' units/a/srv-data.mount | paste -sd' ' | grep . || echo 'no Before='
}
same "defaults" 'Before=local-fs.target' "$(seen defaults)"
same "defaults,nofail" 'no Before=' "$(seen defaults,nofail)"
same "defaults,nofail,x-systemd.before=docker.service" 'Before=docker.service' "$(seen defaults,nofail,x-systemd.before=docker.service)"
same "Docker's unit about mounts" 'nothing' "$(grep -E 'local-fs|remote-fs|RequiresMountsFor' root/usr/lib/systemd/system/docker.service || echo nothing)"
