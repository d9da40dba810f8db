#!/usr/bin/env bash
# Installs the docker composes that conformance is measured against into .tools/, and prints their paths. No daemon is
# needed: only `config` is run. Takes the packages of Debian suites through the machine's own package sources.
#
#   scripts/install-compose.sh          # both
#   scripts/install-compose.sh sid      # the newest that can be had: Debian's unstable suite
#   scripts/install-compose.sh trixie   # 2.26.1: Debian's stable suite
#
# Exits with 3 where the archive no longer has the suite.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# = 0 ]; then
  status=0
  for suite in trixie sid; do bash scripts/install-compose.sh "$suite" || status=$?; done
  exit "$status"
fi
suite=$1
root=.tools/compose-$suite
binary="$root/root/usr/libexec/docker/cli-plugins/docker-compose"
if [ -x "$binary" ]; then
  echo "$binary"
  exit 0
fi
mkdir -p "$root/sources" "$root/lists/partial" "$root/cache/archives/partial"
root=$(cd "$root" && pwd)
shopt -s nullglob
for file in /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list; do
  [ -s "$file" ] || continue
  # Other suites of the same archive; whatever is no Debian archive stays out, and so do the suites that unstable has none of.
  grep -qi debian "$file" || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E "s/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/$suite/g" \
      > "$root/sources/$(basename "$file")"
done
apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$root/sources" -o "Dir::State::Lists=$root/lists"
  -o "Dir::Cache=$root/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
if ! "${apt[@]}" update > "$root/log" 2>&1; then
  cat "$root/log" >&2
  if grep -q 'does not have a Release file' "$root/log"; then
    echo "the archive has no suite $suite" >&2
    exit 3
  fi
  exit 1
fi
(cd "$root" && "${apt[@]}" download docker-compose >&2 && dpkg -x docker-compose_*.deb root && rm -rf lists cache docker-compose_*.deb)
[ -x "$binary" ] || { echo "the package holds no $binary" >&2; exit 1; }
echo "$binary"
