#!/usr/bin/env bash
# Proves that `pip install` of this clone makes a program that runs, in a clean virtual environment. Takes some minutes;
# without optimisation, as that it builds and runs is what counts.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$work/target}
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check .
mkdir "$work/project"
cd "$work/project"
printf 'services:\n  web:\n    image: nginx:latest\n' > compose.yml
code=0
said=$("$work/venv/bin/deploylint" check --select unpinned-image) || code=$?
[ "$code" = 1 ] && grep -q 'warning\[unpinned-image\]' <<< "$said" || { echo "exit $code: $said" >&2; exit 1; }
"$work/venv/bin/deploylint" --version
