#!/usr/bin/env bash
# Installs what builds static programs: Rust's target for musl, by rustup into the toolchain that is in use, and Debian's musl
# into .tools/musl with a compiler that takes it from there.
set -euo pipefail
cd "$(dirname "$0")/.."
machine=$(uname -m)
target=$machine-unknown-linux-musl
root=$PWD/.tools/musl
[ "$(uname -s)" = Linux ] || { echo "static programs are built on Linux"; exit 3; }
if ! [ -e "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then
  command -v rustup >/dev/null || { echo "rustup is not installed, which has the target $target"; exit 3; }
  rustup target add "$target" || { echo "rustup can't fetch the target $target"; exit 3; }
fi
[ -x "$root/bin/musl-gcc" ] || scripts/debian-package.sh bookworm .tools/musl musl-dev musl-tools
# Both hold the path of this clone, which may have moved.
mkdir -p "$root/bin"
sed "s#/usr/#$root/root/usr/#g" "$root/root/usr/lib/$machine-linux-musl/musl-gcc.specs" > "$root/musl-gcc.specs"
printf '#!/bin/sh\nexec "${REALGCC:-gcc}" "$@" -specs "%s"\n' "$root/musl-gcc.specs" > "$root/bin/musl-gcc.new"
chmod 755 "$root/bin/musl-gcc.new"
mv "$root/bin/musl-gcc.new" "$root/bin/musl-gcc"
