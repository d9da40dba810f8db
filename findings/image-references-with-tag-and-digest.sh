#!/usr/bin/env bash
# Software: docker 7.2.0 (Docker's SDK for Python), docker-parse-image 3.0.1 (npm), docker-image-py 0.2.0.
# Most engineers expect: A reference that is pinned as `example/app:1.4@sha256:…` has the repository
#   example/app, the tag 1.4 and the digest, whichever library reads it.
# What happens: Docker's SDK gives the repository `example/app:1.4`, docker-parse-image the tag `1.4@sha256:…`:
#   tools that compare repositories or raise tags miss or break the pinned ones. docker-image-py reads it as
#   Docker does.
# Output when it was run on 2026-11-29:
#   docker-image-py: example/app 1.4 DIGEST
#   Docker's SDK: example/app:1.4 DIGEST
#   docker-parse-image: example/app 1.4@DIGEST
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
venv/bin/pip -q --disable-pip-version-check install 'docker==7.2.0' 'docker-image-py==0.2.0'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts docker-parse-image@3.0.1 >> npm.log

digest=sha256:$(printf 'a%.0s' $(seq 64))
export REFERENCE=example/app:1.4@$digest
short() { sed "s/$digest/DIGEST/g"; }
cat > sdk.py <<'PY'
import os
from docker.utils import parse_repository_tag
print(*parse_repository_tag(os.environ["REFERENCE"]))
PY
cat > image.py <<'PY'
import os
from docker_image import reference
found = reference.Reference.parse(os.environ["REFERENCE"])
print(found["name"], found["tag"], found["digest"])
PY
cat > image.js <<'JS'
const module_ = require("docker-parse-image");
const found = (module_.default || module_)(process.env.REFERENCE);
console.log(found.namespace + "/" + found.repository, found.tag);
JS
same "docker-image-py" 'example/app 1.4 DIGEST' "$(venv/bin/python image.py | short)"
same "Docker's SDK" 'example/app:1.4 DIGEST' "$(venv/bin/python sdk.py | short)"
same "docker-parse-image" 'example/app 1.4@DIGEST' "$(node image.js | short)"
