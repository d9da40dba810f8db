#!/usr/bin/env bash
# Installs pre-commit, which the tests run our hook with, below .tools/.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .tools/pre-commit/bin/pre-commit ] || scripts/python-packages.sh .tools/pre-commit 'pre-commit==4.7.0'
