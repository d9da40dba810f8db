#!/usr/bin/env bash
# Builds the static program, with the compiler of scripts/install-static.sh where it is installed, and prints its path. The
# profile is that of releases, or the one in PROFILE.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(uname -m)-unknown-linux-musl
profile=${PROFILE:-dist}
compiler=$PWD/.tools/musl/bin/musl-gcc
if [ -x "$compiler" ]; then
  export "CC_${target//-/_}=$compiler"
fi
cargo build --quiet --locked --profile "$profile" --target "$target" --bin deploylint
program=${CARGO_TARGET_DIR:-target}/$target/${profile/#dev/debug}/deploylint
if readelf --dynamic --wide "$program" | grep NEEDED >&2; then
  echo "$program is not static" >&2
  exit 1
fi
echo "$program"
