#!/usr/bin/env bash
# Proves that `fix --apply` loses nothing: 200 runs are killed, from before the first file to before the last one, half of
# them in the middle of a file. Each file has to be the old one or the new one, and a second run has to end the work.
set -euo pipefail
cd "$(dirname "$0")/.."
DEPLOYLINT_KILLS=${1:-200} exec cargo test --locked --test all -- --nocapture fix_kill
