#!/usr/bin/env bash
# Runs all tests, after installing the real programs that they compare with (docker compose, Jinja2, pre-commit, readers of
# reports) below .tools/. One that can't be had is a line here, and its tests say that they were skipped; in CI it is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .tools
for install in scripts/install-*.sh; do
  log=".tools/$(basename "$install" .sh).log"
  if "$install" >"$log" 2>&1; then continue; fi
  reason=$(grep -v '^ *$' "$log" | tail -n 1 || true)
  if [ -n "${CI:-}" ]; then
    cat "$log" >&2
    echo "$install failed" >&2
    exit 1
  fi
  echo "skipped: what needs $(basename "$install" .sh | sed 's/^install-//'): ${reason:-$install failed} (all of it: $log)" >&2
done
exec cargo test --locked --no-fail-fast
