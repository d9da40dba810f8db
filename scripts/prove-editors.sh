#!/usr/bin/env bash
# Proves `deploylint lsp` in editors: Neovim (Debian's package), the extension of VS Code (built, type-checked, packaged),
# a thousand edits by lot, and the memory over ten thousand. Takes some minutes, and the network for what is not installed.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet
export DEPLOYLINT="${DEPLOYLINT:-$PWD/target/debug/deploylint}"

command -v nvim >/dev/null || apt-get install --yes --no-install-recommends neovim >/dev/null
nvim --headless -u NONE -i NONE -n -c 'luafile tests/lsp/neovim.lua'
echo "Neovim: $(nvim --version | head -1) opens, edits, fixes, suppresses and renames"

(cd editors/vscode && npm ci --silent --no-audit --no-fund && npm run --silent check && npm run --silent package)
echo "VS Code: the extension is built, type-checked and packaged"

python3 tests/lsp/memory.py

DEPLOYLINT_LSP_STEPS="${STEPS:-1000}" cargo test --quiet --test all lsp_replay
