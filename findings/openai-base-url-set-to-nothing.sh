#!/usr/bin/env bash
# Software: openai 3.57.0 and anthropic 2.14.0 (Python), openai 6.49.0 and @anthropic-ai/sdk 1.14.0 (npm).
# Most engineers expect: `OPENAI_BASE_URL: ${OPENAI_BASE_URL:-}` in a compose file, to go through a gateway
#   where the variable is set, is the provider's own address where it is not, for Python and Node alike.
# What happens: The Python clients take the empty text for the address: each request fails with a connection
#   error. The clients for Node ignore it and call the provider. `environment: [OPENAI_BASE_URL]` passes it only
#   where it is set.
# Output when it was run on 2026-11-30:
#   openai, Python: [] APIConnectionError: Request URL is missing an 'the scheme'
#   anthropic, Python: [] APIConnectionError: Request URL is missing an 'the scheme'
#   openai, Node: api.openai.com
#   anthropic, Node: api.anthropic.com
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
venv/bin/pip -q --disable-pip-version-check install 'openai==3.57.0' 'anthropic==2.14.0'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts openai@6.49.0 @anthropic-ai/sdk@1.14.0 >> npm.log

export OPENAI_API_KEY=example ANTHROPIC_API_KEY=example OPENAI_BASE_URL='' ANTHROPIC_BASE_URL=''
cat > ask.py <<'PY'
import anthropic, openai
def attempt(client, call):
    try:
        call()
    except Exception as error:
        print(f"[{client.base_url}] {type(error).__name__}: {error.__cause__}".split(", ")[0])
client = openai.OpenAI(max_retries=0)
attempt(client, lambda: client.models.list())
other = anthropic.Anthropic(max_retries=0)
attempt(other, lambda: other.models.list())
PY
cat > ask.cjs <<'JS'
console.log(new (require("openai").OpenAI)().baseURL.split("/")[2]);
console.log(new (require("@anthropic-ai/sdk").Anthropic)().baseURL.split("/")[2]);
JS
venv/bin/python ask.py | sed 's/ or .*//; s/[a-z]*:[/][/]/the scheme/' > python
node ask.cjs > node
same "openai, Python" "[] APIConnectionError: Request URL is missing an 'the scheme'" "$(sed -n 1p python)"
same "anthropic, Python" "[] APIConnectionError: Request URL is missing an 'the scheme'" "$(sed -n 2p python)"
same "openai, Node" 'api.openai.com' "$(sed -n 1p node)"
same "anthropic, Node" 'api.anthropic.com' "$(sed -n 2p node)"
