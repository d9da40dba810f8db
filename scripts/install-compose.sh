#!/usr/bin/env bash
# Installs the docker composes that conformance is measured against into .tools/, and prints their paths. No daemon is
# needed: only `config` is run.
#
#   scripts/install-compose.sh          # both
#   scripts/install-compose.sh sid      # the newest that can be had: Debian's unstable suite
#   scripts/install-compose.sh trixie   # 2.26.1: Debian's stable suite
#
# Exits with 3 where the archive no longer has the suite.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# = 0 ]; then
  status=0
  for suite in trixie sid; do
    code=0
    scripts/install-compose.sh "$suite" || code=$?
    # A failure is not covered by a suite that is gone.
    case $status in 0 | 3) [ "$code" = 0 ] || status=$code ;; esac
  done
  exit "$status"
fi
root=.tools/compose-$1
binary=$PWD/$root/root/usr/libexec/docker/cli-plugins/docker-compose
[ -x "$binary" ] || scripts/debian-package.sh "$1" "$root" docker-compose
[ -x "$binary" ] || { echo "the package holds no $binary" >&2; exit 1; }
echo "$binary"
