#!/usr/bin/env bash
# Fuzzes one target of fuzz/ for some seconds, from the fixtures and what earlier runs kept (fuzz/corpus, not in version control).
#
#   scripts/fuzz.sh TARGET SECONDS
#
# The flags are those of `cargo fuzz --sanitizer none`: the sanitizers need a nightly compiler and find what unsafe code does,
# and there is none of ours.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"
target=$1 seconds=$2
host=$(rustc -vV | sed -n 's/^host: //p')
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
coverage+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
coverage+=" -Cllvm-args=-sanitizer-coverage-trace-compares"
RUSTFLAGS="--cfg fuzzing $coverage" cargo build --quiet --release --target "$host" --bin "$target"
mkdir -p "corpus/$target" "artifacts/$target" seeds
# Each file of the fixtures is a seed: what it is not for teaches the fuzzer little, and costs little.
find ../fixtures -type f -size -16k -exec cp -n {} seeds/ \;
exec "${CARGO_TARGET_DIR:-target}/$host/release/$target" "corpus/$target" seeds -artifact_prefix="artifacts/$target/" \
  -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 -print_final_stats=1
