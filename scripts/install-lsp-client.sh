#!/usr/bin/env bash
# Installs pytest-lsp, the client that the tests talk to `deploylint lsp` with, below .tools/.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .tools/lsp-client/bin/pytest ] || scripts/python-packages.sh .tools/lsp-client 'pytest-lsp==1.0.1' 'pygls==2.1.1'
