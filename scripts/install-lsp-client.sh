#!/usr/bin/env bash
# Installs pytest-lsp, the client that the tests talk to `deploylint lsp` with, below .tools/.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.tools/lsp-client
[ -x "$venv/bin/pytest" ] && exit 0
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check 'pytest-lsp==1.0.1' 'pygls==2.1.1'
