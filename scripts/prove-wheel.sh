#!/usr/bin/env bash
# Proves that `pip install` of this clone makes a program that runs, in a clean virtual environment, where no Rust is needed any more,
# and that `pip install deploylint` is all that it takes where an index has the wheel: one on this machine stands in for PyPI.
# Without optimisation, as that it builds and runs is what counts.
#
#   scripts/prove-wheel.sh            # builds all; takes some minutes
#   scripts/prove-wheel.sh TARGET     # on a copy of what cargo built in TARGET for development, as the tests do
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill "${index:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
settings=()
if [ $# = 0 ]; then
  export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$work/target}
else
  mkdir -p "$work/target/debug"
  cp -a "$1"/debug/{build,deps,.fingerprint} "$work/target/debug/"
  export CARGO_TARGET_DIR=$work/target
  settings=(--config-settings build-args="--profile dev")
fi
python3 -m venv "$work/venv"
"$work/venv/bin/pip" wheel --quiet --disable-pip-version-check --no-deps "${settings[@]}" --wheel-dir "$work/wheels" .
# Only Python is left: no network, and neither cargo nor a compiler on the PATH.
only=(env -i "PATH=$work/venv/bin:/nowhere" "HOME=$work")
"${only[@]}" "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-index "$work"/wheels/*.whl
mkdir "$work/project"
cd "$work/project"
printf 'services:\n  web:\n    image: nginx:latest\n' > compose.yml
code=0
said=$("${only[@]}" "$work/venv/bin/deploylint" check --select unpinned-image) || code=$?
[ "$code" = 1 ] && grep -q 'warning\[unpinned-image\]' <<< "$said" || { echo "exit $code: $said" >&2; exit 1; }
"${only[@]}" "$work/venv/bin/deploylint" --version
cd "$work"
mkdir -p index/deploylint
cp wheels/*.whl index/deploylint
( cd index/deploylint && for wheel in *.whl; do echo "<a href=\"$wheel\">$wheel</a>"; done > index.html )
python3 -u -m http.server --bind 127.0.0.1 --directory index 0 > served 2>&1 &
index=$!
for _ in $(seq 100); do grep -q '^Serving' served && break; sleep 0.1; done
port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' served | head -n 1)
python3 -m venv fresh
only=(env -i "PATH=$work/fresh/bin:/nowhere" "HOME=$work" "PIP_INDEX_URL=http://127.0.0.1:$port" PIP_DISABLE_PIP_VERSION_CHECK=1)
"${only[@]}" pip install --quiet deploylint
cd project
code=0
said=$("${only[@]}" deploylint check --select unpinned-image) || code=$?
[ "$code" = 1 ] && grep -q 'warning\[unpinned-image\]' <<< "$said" || { echo "exit $code: $said" >&2; exit 1; }
