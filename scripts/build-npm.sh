#!/usr/bin/env bash
# Makes the npm packages: one a platform with the program inside, and `deploylint`, which takes the one that fits.
# `build-npm.sh FOLDER PLATFORM=PROGRAM…`, a platform being node's, such as linux-x64. Needs npm.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: build-npm.sh FOLDER PLATFORM=PROGRAM…" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
root=$(cd "$(dirname "$0")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack() { (cd "$1" && npm pack --silent --pack-destination "$folder"); }

platforms=()
for given in "$@"; do
  platform=${given%%=*}
  program=${given#*=}
  to=$work/deploylint-$platform
  mkdir -p "$to/bin"
  name=deploylint
  case $platform in win32-*) name=deploylint.exe ;; esac
  cp "$program" "$to/bin/$name"
  chmod 755 "$to/bin/$name"
  cp "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$to"
  cat > "$to/package.json" <<END
{
  "name": "deploylint-$platform",
  "version": "$version",
  "description": "The program of deploylint for $platform",
  "license": "MIT OR Apache-2.0",
  "os": ["${platform%%-*}"],
  "cpu": ["${platform#*-}"],
  "files": ["bin/$name", "LICENSE-APACHE", "LICENSE-MIT"]
}
END
  pack "$to"
  platforms+=("$platform")
done

main=$work/deploylint
mkdir "$main"
cp -r "$root/npm/." "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$root/README.md" "$main"
node - "$main/package.json" "$version" "${platforms[@]}" <<'END'
const fs = require("node:fs");
const [file, version, ...platforms] = process.argv.slice(2);
const manifest = JSON.parse(fs.readFileSync(file, "utf8"));
manifest.version = version;
manifest.optionalDependencies = Object.fromEntries(platforms.map((name) => [`deploylint-${name}`, version]));
fs.writeFileSync(file, JSON.stringify(manifest, null, 2) + "\n");
END
pack "$main"
