#!/usr/bin/env bash
# Proves `deploylint lsp` at length: pytest-lsp, Neovim (Debian's package) and the extension of VS Code as in the tests, a
# thousand edits by lot, and the memory over ten thousand. Takes some minutes, and the network for what is not installed.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet
export DEPLOYLINT="${DEPLOYLINT:-$PWD/target/debug/deploylint}"

for install in lsp-client neovim vscode-build; do scripts/install-$install.sh; done
CI=1 cargo test --quiet --test all lsp_real_client
echo "pytest-lsp, $(.tools/neovim/nvim --version | head -1): open, edit, fix, rename, suppress; VS Code: the extension is type-checked, built, packaged"

python3 tests/lsp/memory.py

DEPLOYLINT_LSP_STEPS="${STEPS:-1000}" cargo test --quiet --test all lsp_replay
