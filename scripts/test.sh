#!/usr/bin/env bash
# Runs all tests, after installing the real programs that they compare with (docker compose, Jinja2, pre-commit, readers of
# reports) below .tools/. One that can't be had is a line here, and its tests say that they were skipped; in CI it is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .tools
for install in scripts/install-*.sh; do
  log=".tools/$(basename "$install" .sh).log"
  code=0
  "$install" >"$log" 2>&1 || code=$?
  [ "$code" != 0 ] || continue
  reason=$(grep -v '^ *$' "$log" | tail -n 1 || true)
  # 3: what it installs is gone from where it came from.
  if [ -n "${CI:-}" ] && [ "$code" != 3 ]; then
    cat "$log" >&2
    echo "$install failed" >&2
    exit 1
  fi
  echo "skipped: what needs $(basename "$install" .sh | sed 's/^install-//'): ${reason:-$install failed} (all of it: $log)" >&2
done
exec cargo test --locked --no-fail-fast
