#!/usr/bin/env bash
# Installs Neovim, which the tests serve with `deploylint lsp`, into .tools/neovim: Debian's package and the libraries that it
# needs, unpacked. `.tools/neovim/nvim` starts it.
set -euo pipefail
cd "$(dirname "$0")/.."
start=$PWD/.tools/neovim/nvim
[ -x "$start" ] && exit 0
scripts/debian-package.sh bookworm .tools/neovim neovim neovim-runtime libluajit-5.1-2 libmsgpackc2 libtermkey1 \
  libtree-sitter0 libunibilium4 libuv1 libvterm0 lua-luv
cat > "$start" <<'START'
#!/bin/sh
root=$(cd "$(dirname "$0")/root" && pwd)
libraries=$(find "$root/usr/lib" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
LD_LIBRARY_PATH="$libraries" VIMRUNTIME="$root/usr/share/nvim/runtime" exec "$root/usr/bin/nvim" "$@"
START
chmod +x "$start"
"$start" --version >/dev/null || { rm "$start"; echo "Neovim does not start" >&2; exit 1; }
