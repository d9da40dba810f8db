#!/usr/bin/env bash
# Unpacks the Docker engine of a Debian suite into .tools/ for prove.py, and prints its folder. Nothing is installed on the machine.
#
#   evidence/docker/install-engine.sh bookworm   # Docker 20.10
#   evidence/docker/install-engine.sh trixie     # Docker 26
#   evidence/docker/install-engine.sh sid        # Docker 28: Debian's unstable suite
#
# Exits with 3 where the archive no longer has the suite.
set -euo pipefail
cd "$(dirname "$0")/../.."
suite=$1
root=.tools/engine-$suite/root
if [ ! -x "$root/usr/sbin/dockerd" ]; then
  packages=(docker.io containerd runc tini iptables libxtables12 libip4tc2 libip6tc2 libnftnl11 libmnl0 libnfnetlink0
    libnetfilter-conntrack3 libdevmapper1.02.1 busybox-static)
  # A package of its own since Docker 26. Newer programs need the library of C that they were built with.
  [ "$suite" = bookworm ] || packages+=(docker-cli libc6)
  rm -rf "$root"
  scripts/debian-package.sh "$suite" ".tools/engine-$suite" "${packages[@]}"
  # Older packages put some files beside /usr, where they are links on every machine.
  for folder in bin sbin lib lib64; do
    [ -d "$root/$folder" ] || continue
    mkdir -p "$root/usr/$folder"
    cp -a "$root/$folder/." "$root/usr/$folder/"
    rm -rf "${root:?}/$folder"
  done
  # As the package's own script does it.
  for name in iptables ip6tables iptables-save iptables-restore ip6tables-save ip6tables-restore; do
    ln -sf xtables-nft-multi "$root/usr/sbin/$name"
  done
fi
[ -x "$root/usr/sbin/dockerd" ] || { echo "the packages hold no dockerd" >&2; exit 1; }
echo "$PWD/$root"
