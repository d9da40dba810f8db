#!/usr/bin/env bash
# Software: LiteLLM 1.110.2.
# Most engineers expect: A file of `include:` adds to the config, and where both set something the main file
#   wins.
# What happens: Lists, such as model_list, are joined. Every other section is taken whole from the included
#   file: one `litellm_settings: {drop_params: true}` there removes the main file's retries and timeouts,
#   without a word; of two included files the last one counts.
# Output when it was run on 2026-11-29:
#   litellm                   1.110.2
#   models and settings: main team {'drop_params': True}
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
venv/bin/pip -q --disable-pip-version-check install 'litellm==1.110.2' 'pyyaml==6.0.4'

cat > config.yaml <<'YAML'
include: [team.yaml]
model_list: [{model_name: main, litellm_params: {model: openai/a}}]
litellm_settings: {num_retries: 3, request_timeout: 30}
YAML
cat > team.yaml <<'YAML'
model_list: [{model_name: team, litellm_params: {model: openai/b}}]
litellm_settings: {drop_params: true}
YAML
cat > ask.py <<'PY'
import asyncio
import yaml
from litellm.proxy.common_utils.config_includes import resolve_include_file_path, resolve_includes
async def read(path):
    return yaml.safe_load(open(path))
async def merged():
    return await resolve_includes(config=await read("config.yaml"), location="config.yaml",
        resolve=lambda name, declared: resolve_include_file_path(name, declared, "config.yaml"), read=read)
config = asyncio.run(merged())
print(*[model["model_name"] for model in config["model_list"]], config["litellm_settings"])
PY
export LITELLM_LOCAL_MODEL_COST_MAP=True
venv/bin/pip list 2>/dev/null | grep -i '^litellm '
same "models and settings" "main team {'drop_params': True}" "$(venv/bin/python ask.py)"
