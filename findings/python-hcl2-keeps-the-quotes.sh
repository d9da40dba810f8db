#!/usr/bin/env bash
# Software: python-hcl2 8.1.4 and 4.3.5.
# Most engineers expect: Reading docker-bake.hcl gives the texts that are in it: the tag is example/web:1, the
#   target is named web, in each release.
# What happens: Version 8 keeps the quotes: texts and the names of blocks are `"example/web:1"` with the quotes
#   in it, so a comparison or a push with the value fails after the upgrade. 4.3 took them away.
# Output when it was run on 2026-11-29:
#   4.3.5: web example/web:1
#   8.1.4: "web" "example/web:1"
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
venv/bin/pip -q --disable-pip-version-check install 'python-hcl2==8.1.4'

python3 -m venv before
before/bin/pip -q --disable-pip-version-check install 'python-hcl2==4.3.5'
printf 'target "web" {\n  tags = ["example/web:1"]\n}\n' > docker-bake.hcl
cat > ask.py <<'PY'
import hcl2
target = hcl2.load(open("docker-bake.hcl"))["target"][0]
name = next(iter(target))
print(name, target[name]["tags"][0])
PY
same "4.3.5" 'web example/web:1' "$(before/bin/python ask.py)"
same "8.1.4" '"web" "example/web:1"' "$(venv/bin/python ask.py)"
