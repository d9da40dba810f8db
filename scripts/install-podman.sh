#!/usr/bin/env bash
# Installs Podman's generator of Quadlet files, which the tests compare with, into .tools/, and prints its path. No engine is
# needed: only its dry run is used. Takes the package of Debian trixie through the machine's own package sources.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.tools/podman
binary="$root/root/usr/libexec/podman/quadlet"
if [ -x "$binary" ]; then
  echo "$binary"
  exit 0
fi
mkdir -p "$root/sources" "$root/lists/partial" "$root/cache/archives/partial"
root=$(cd "$root" && pwd)
shopt -s nullglob
for file in /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list; do
  [ -s "$file" ] || continue
  # Other suites of the same archive; whatever is no Debian archive stays out.
  grep -qi debian "$file" || continue
  sed -E 's/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/trixie/g' "$file" \
    > "$root/sources/$(basename "$file")"
done
apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$root/sources" -o "Dir::State::Lists=$root/lists"
  -o "Dir::Cache=$root/cache" -o APT::Sandbox::User=root)
"${apt[@]}" update >&2
(cd "$root" && "${apt[@]}" download podman >&2 && dpkg -x podman_*.deb root && rm -rf lists cache podman_*.deb)
[ -x "$binary" ] || { echo "the package holds no $binary" >&2; exit 1; }
echo "$binary"
