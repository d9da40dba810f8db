#!/usr/bin/env bash
# Software: LiteLLM 1.110.2.
# Most engineers expect: A switch that LiteLLM reads from the environment is on with `1`, `yes` or `on`, and a
#   value that is the word `true` is a text.
# What happens: Only `true` and `false`, in any case, are known; `1`, `yes` and `on` are neither, and even a
#   default of the code is not used. And a value `true` read with os.environ/ becomes a boolean: asked for as a
#   text it is missing.
# Output when it was run on 2026-11-29:
#   litellm                   1.110.2
#   1: as a switch, by os.environ/, as a text: None '1' 1
#   yes: as a switch, by os.environ/, as a text: None 'yes' yes
#   on: as a switch, by os.environ/, as a text: None 'on' on
#   True: as a switch, by os.environ/, as a text: True True None
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

cat > ask.py <<'PY'
import os, sys
os.environ["SWITCH"] = sys.argv[1]
from litellm.secret_managers.main import get_secret, get_secret_bool, get_secret_str
print(get_secret_bool("SWITCH"), repr(get_secret("os.environ/SWITCH")), get_secret_str("SWITCH"))
PY
export LITELLM_LOCAL_MODEL_COST_MAP=True
venv/bin/pip list 2>/dev/null | grep -i '^litellm '
for value in 1 yes on; do same "$value: as a switch, by os.environ/, as a text" "None '$value' $value" "$(venv/bin/python ask.py "$value")"; done
same "True: as a switch, by os.environ/, as a text" 'True True None' "$(venv/bin/python ask.py True)"
