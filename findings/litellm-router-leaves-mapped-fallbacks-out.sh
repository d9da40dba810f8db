#!/usr/bin/env bash
# Software: LiteLLM 1.110.2, LiteLLM 1.109.3.
# Most engineers expect: Fallbacks written as a mapping, `{gpt: [spare]}`, are read like the list of one-key
#   mappings that the documentation shows, or refused as wrong.
# What happens: 1.109.3 refuses them when the router is made. The router of 1.110 takes them, says nothing and has
#   no fallback: with the first model down the caller gets its error.
# Output when it was run on 2026-11-30:
#   1.109.3, a mapping: refused
#   1.110.2, a list: spare
#   1.110.2, a mapping: error
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

cat > ask.py <<'PY'
import asyncio, logging, sys
logging.disable(logging.CRITICAL)
import litellm
litellm.suppress_debug_info = True
down = {"model": "openai/gpt-4o-mini", "api_key": "k", "api_base": "http:" + "//127.0.0.1:9/v1", "max_retries": 0}
up = {"model": "openai/gpt-4.1-mini", "api_key": "k", "mock_response": "spare"}
models = [{"model_name": "gpt", "litellm_params": down}, {"model_name": "spare", "litellm_params": up}]
fallbacks = {"a mapping": {"gpt": ["spare"]}, "a list": [{"gpt": ["spare"]}]}[sys.argv[1]]
try:
    router = litellm.Router(model_list=models, fallbacks=fallbacks, num_retries=0)
except ValueError:
    sys.exit(print("refused"))
async def ask():
    answer = await router.acompletion(model="gpt", messages=[{"role": "user", "content": "hello"}])
    return answer.choices[0].message.content
try:
    print(asyncio.run(ask()))
except litellm.InternalServerError:
    print("error")
PY
export LITELLM_LOCAL_MODEL_COST_MAP=True
python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'litellm==1.109.3'
same '1.109.3, a mapping' refused "$(venv/bin/python ask.py 'a mapping')"
venv/bin/pip -q --disable-pip-version-check install 'litellm==1.110.2'
same '1.110.2, a list' spare "$(venv/bin/python ask.py 'a list')"
same '1.110.2, a mapping' error "$(venv/bin/python ask.py 'a mapping')"
