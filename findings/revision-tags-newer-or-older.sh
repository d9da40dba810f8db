#!/usr/bin/env bash
# Software: packaging 26.4 (Python) and semver 7.8.6 (npm).
# Most engineers expect: The tag 1.2.3-1, a second build of 1.2.3, is newer than 1.2.3 for each library that
#   compares versions, or older for each.
# What happens: For Python it is 1.2.3.post1, newer; for npm a candidate of 1.2.3, older, and outside of
#   `>=1.2.0`. Two updaters of one repository take each other's tags back. `-c1` is a candidate for both, `-r1`
#   for npm only.
# Output when it was run on 2026-11-29:
#   1.2.3-1, packaging: newer
#   1.2.3-1, semver: older
#   1.2.3-r1, packaging: newer
#   1.2.3-r1, semver: older
#   1.2.3-c1, packaging: older
#   1.2.3-1 in >=1.2.0, packaging: True
#   1.2.3-1 in >=1.2.0, semver: false
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
venv/bin/pip -q --disable-pip-version-check install 'packaging==26.4'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts semver@7.8.6 >> npm.log

python() { venv/bin/python -c "from packaging.version import Version as V; print('newer' if V('$1') > V('1.2.3') else 'older')"; }
npm_() { node -p "require('semver').gt('$1', '1.2.3') ? 'newer' : 'older'"; }
for tag in 1.2.3-1 1.2.3-r1; do
  same "$tag, packaging" newer "$(python "$tag")"
  same "$tag, semver" older "$(npm_ "$tag")"
done
same "1.2.3-c1, packaging" older "$(python 1.2.3-c1)"
same "1.2.3-1 in >=1.2.0, packaging" True "$(venv/bin/python -c "from packaging.specifiers import SpecifierSet as S; print('1.2.3-1' in S('>=1.2.0'))")"
same "1.2.3-1 in >=1.2.0, semver" false "$(node -p "require('semver').satisfies('1.2.3-1', '>=1.2.0')")"
