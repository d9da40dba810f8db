#!/usr/bin/env bash
# Installs packages of PyPI into a virtual environment of their own: `scripts/python-packages.sh FOLDER PACKAGE==VERSION…`.
set -euo pipefail
folder=$1
shift
command -v python3 >/dev/null || { echo "Python 3 is not installed" >&2; exit 1; }
python3 -c 'import ensurepip, venv' 2>/dev/null || { echo "Python 3 has no venv: on Debian, install python3-venv" >&2; exit 1; }
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check "$@"
