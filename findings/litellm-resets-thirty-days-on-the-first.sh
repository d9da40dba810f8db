#!/usr/bin/env bash
# Software: LiteLLM 1.110.2.
# Most engineers expect: `budget_duration: 30d` of a key or a user is thirty days from its start, and `7d`
#   seven.
# What happens: Both stand for the calendar: 30d ends on the first of the next month, 7d on the next Monday, so
#   a key that is made on the 28th has its whole budget again after three days. 14d, 31d and 60d count days.
# Output when it was run on 2026-11-30:
#   litellm                   1.110.2
#   30d: made on Sat 28 November, reset on Tue 01 December
#   7d: made on Sat 28 November, reset on Mon 30 November
#   31d: made on Sat 28 November, reset on Tue 29 December
#   14d: made on Sat 28 November, reset on Sat 12 December
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'litellm==1.110.2'
export LITELLM_LOCAL_MODEL_COST_MAP=True
venv/bin/pip list 2>/dev/null | grep -i '^litellm '

cat > ask.py <<'PY'
import datetime, sys
from litellm.litellm_core_utils.duration_parser import get_next_standardized_reset_time
made = datetime.datetime(2026, 11, 28, 15, 30, tzinfo=datetime.timezone.utc)
for duration in sys.argv[1:]:
    reset = get_next_standardized_reset_time(duration, made, "UTC")
    print(f"{duration}: made on {made:%a %d %B}, reset on {reset:%a %d %B}")
PY
venv/bin/python ask.py 30d 7d 31d 14d > said
n=0
for line in '30d: made on Sat 28 November, reset on Tue 01 December' '7d: made on Sat 28 November, reset on Mon 30 November' \
  '31d: made on Sat 28 November, reset on Tue 29 December' '14d: made on Sat 28 November, reset on Sat 12 December'; do
  n=$((n + 1))
  same "${line%%:*}" "${line#*: }" "$(sed -n "${n}s/^[0-9]*d: //p" said)"
done
