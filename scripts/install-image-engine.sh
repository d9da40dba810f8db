#!/usr/bin/env bash
# Installs the Docker engine that runs the container image (scripts/prove-image.py) below .tools/, where one can run here: it
# needs root and namespaces.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "a container engine needs root"; exit 3; }
unshare --mount --net --pid --fork true 2>/dev/null || { echo "a container engine needs namespaces"; exit 3; }
evidence/docker/install-engine.sh trixie
scripts/install-compose.sh trixie
[ -x .tools/image/bin/python ] || scripts/python-packages.sh .tools/image 'pyroute2==0.9.7'
