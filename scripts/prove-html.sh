#!/usr/bin/env bash
# Proves in a real browser what `check --output html=…` and `graph` write: filters, the way from a red line to its finding, that nothing
# is loaded and nothing of audited files is run, axe-core's rules of accessibility, how quick 5,000 findings are; and that Mermaid
# and Graphviz take what is written for them. It needs Node with npm, Chromium and Graphviz, and installs the last two with apt where it
# may. CI runs tests/all/html.rs instead: the browser alone is 300 MB. `--images` takes the screenshots of docs/images/ anew.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD/.tools/html
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if ! { browser && command -v dot; } >/dev/null; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium graphviz fonts-dejavu-core >/dev/null
fi
mkdir -p "$root"
npm install --silent --no-audit --no-fund --prefix "$root" 'puppeteer-core@24' 'axe-core@4' 'mermaid@11' >/dev/null
cargo build --locked --quiet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp scripts/prove-html.mjs "$root/"
images=
[ "${1:-}" != --images ] || images=$PWD/docs/images
IMAGES=$images DEPLOYLINT=$PWD/${CARGO_TARGET_DIR:-target}/debug/deploylint BROWSER=$(browser) WORK=$work FIXTURES=$PWD/fixtures node "$root/prove-html.mjs"
