#!/usr/bin/env bash
# Installs Podman's generator of Quadlet files, which the tests compare with, into .tools/, and prints its path. No engine is
# needed: only its dry run is used.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$PWD/.tools/podman/root/usr/libexec/podman/quadlet
[ -x "$binary" ] || scripts/debian-package.sh trixie .tools/podman podman
[ -x "$binary" ] || { echo "the package holds no $binary" >&2; exit 1; }
echo "$binary"
