#!/usr/bin/env bash
# Installs pre-commit, which the tests run our hook with, below .tools/.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.tools/pre-commit
[ -x "$venv/bin/pre-commit" ] && exit 0
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check 'pre-commit==4.7.0'
