#!/usr/bin/env bash
# Fuzzes the targets of fuzz/ one after another, in turns of 100 seconds, until each has used some seconds of processor time,
# from the fixtures, the rules' examples, and what earlier runs kept (none of it in version control). What each target used so
# far stands in fuzz/totals.tsv: target, seconds of processor time, inputs. What breaks one lies in fuzz/artifacts/.
#
#   scripts/fuzz.sh SECONDS [TARGET …]
#
# An input may take ten seconds, or FUZZ_TIMEOUT where the machine is busy with other work.
#
# The flags are those of `cargo fuzz --sanitizer none`, and the compiler is the ordinary one: the sanitizers need a nightly one
# and find what unsafe code does, and there is none of ours.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"
seconds=$1
shift
host=$(rustc -vV | sed -n 's/^host: //p')
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
coverage+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
coverage+=" -Cllvm-args=-sanitizer-coverage-trace-compares"
RUSTFLAGS="--cfg fuzzing $coverage" cargo build --quiet --release --target "$host"
bin=${CARGO_TARGET_DIR:-target}/$host/release
all=$(FUZZ_SEEDS=seeds "$bin/target")
[ $# -gt 0 ] || set -- $all
touch totals.tsv
TIMEFORMAT='%U %S'
used() { awk -v t="$1" '$1 == t { s += $2 } END { print int(s) }' totals.tsv; }
stopped=" "
stops() { case $stopped in *" $1 "*" $1 "*" $1 "*) return 0 ;; *) return 1 ;; esac; }
open=1
while [ "$open" -gt 0 ]; do
  open=0
  for target in "$@"; do
    # A target that stops at each start has nothing more to say before that is mended.
    [ "$(used "$target")" -lt "$seconds" ] && ! stops "$target" || continue
    open=$((open + 1))
    mkdir -p "corpus/$target" "artifacts/$target" logs
    code=0
    { time FUZZ_TARGET=$target "$bin/target" "corpus/$target" "seeds/$target" -artifact_prefix="artifacts/$target/" -max_total_time=100 \
      -timeout="${FUZZ_TIMEOUT:-10}" -report_slow_units=3 -rss_limit_mb=4096 -max_len=16384 -len_control=20 -print_final_stats=1 \
      >"logs/$target" 2>&1 || code=$?; } 2>logs/time
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "logs/$target")
    awk -v t="$target" -v r="${runs:-0}" '{ print t, $1 + $2, r }' OFS='\t' logs/time >>totals.tsv
    [ "$code" = 0 ] || { stopped+="$target  "; cp "logs/$target" "artifacts/$target.log"; }
  done
done
awk '{ s[$1] += $2; r[$1] += $3 } END { for (t in s) printf "%-14s %8.0f s %10d inputs\n", t, s[t], r[t] }' totals.tsv | sort
ls -d artifacts/*/* 2>/dev/null || echo "nothing broke"
