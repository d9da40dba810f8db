#!/usr/bin/env bash
# Runs all tests, after installing the real programs that they compare with (docker compose, Jinja2, pre-commit, readers of
# reports) below .tools/.
set -euo pipefail
cd "$(dirname "$0")/.."
for install in scripts/install-*.sh; do
  [ -e "$install" ] || continue
  "$install"
done
exec cargo test
