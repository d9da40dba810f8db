#!/usr/bin/env bash
# Software: docker 7.2.0 (Docker's SDK for Python), @balena/dockerignore 1.0.2 and ignore 7.0.17 (npm).
# Most engineers expect: `.env`, `*.pem` and `node_modules` in .dockerignore keep every file of that name out of
#   the build context, as the same lines in .gitignore do for a commit.
# What happens: Without a slash a pattern stands for the context's own folder alone: `api/.env` and
#   `keys/server.pem` are sent to the engine and copied into the image by `COPY . .`. `**/.env` is what was
#   meant.
# Output when it was run on 2026-11-30:
#   sent, by Docker's SDK: api/.env keys/server.pem
#   sent, by @balena/dockerignore: api/.env keys/server.pem
#   kept, by the same lines in .gitignore:
#   sent with **/:
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
venv/bin/pip -q --disable-pip-version-check install 'docker==7.2.0'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts @balena/dockerignore@1.0.2 ignore@7.0.17 >> npm.log

mkdir -p context/api context/keys
touch context/.env context/api/.env context/server.pem context/keys/server.pem
cat > ask.py <<'PY'
import os, sys
from docker.utils import exclude_paths
print(*sorted(p for p in exclude_paths("context", sys.argv[1].split()) if os.path.isfile(os.path.join("context", p)) and p != "Dockerfile"))
PY
cat > ask.cjs <<'JS'
const files = [".env", "api/.env", "keys/server.pem", "server.pem"];
const patterns = process.argv[2].split(" ");
console.log(require("@balena/dockerignore")().add(patterns).filter(files).join(" "));
console.log(require("ignore")().add(patterns).filter(files).join(" "));
JS
same "sent, by Docker's SDK" 'api/.env keys/server.pem' "$(venv/bin/python ask.py '.env *.pem')"
same "sent, by @balena/dockerignore" 'api/.env keys/server.pem' "$(node ask.cjs '.env *.pem' | sed -n 1p)"
same "kept, by the same lines in .gitignore" '' "$(node ask.cjs '.env *.pem' | sed -n 2p)"
same "sent with **/" '' "$(venv/bin/python ask.py '**/.env **/*.pem')"
