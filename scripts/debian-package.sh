#!/usr/bin/env bash
# Unpacks packages of a Debian suite below FOLDER/root, through those of the machine's own package sources that are a Debian
# archive; nothing is installed, and root is not needed.
#
#   scripts/debian-package.sh SUITE FOLDER PACKAGE…
#
# Exits with 3 where the archive no longer has the suite.
set -euo pipefail
suite=$1
mkdir -p "$2/sources" "$2/lists/partial" "$2/cache/archives/partial"
folder=$(cd "$2" && pwd)
shift 2
command -v apt-get >/dev/null || { echo "apt is not installed" >&2; exit 1; }

# `deb [options] ADDRESS SUITE COMPONENTS`, and paragraphs of fields. Other people's packages for Debian have no component `main`
# at an address that ends with `debian`.
shopt -s nullglob
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ -r "$file" ] || continue
  sed -nE "s#^deb[[:space:]]+((\[[^]]*\][[:space:]]+)?[^[:space:]]+/debian(\.list)?/?)[[:space:]]+[^[:space:]]+[[:space:]]+(.*[[:space:]])?main([[:space:]].*)?\$#deb \1 $suite main#p" "$file"
done | sort -u > "$folder/sources/archive.list"
for file in /etc/apt/sources.list.d/*.sources; do
  awk -v suite="$suite" '
    function flush() { if (debian && main && !off) print text "Suites: " suite "\nComponents: main\n"; text = ""; debian = main = off = skip = 0 }
    /^[ \t]*$/ { flush(); next }
    /^#/ { next }
    { field = /^[ \t]/ ? field : tolower($1) }
    field == "suites:" { next }
    field == "components:" { if (/(^|[ \t])main([ \t]|$)/) main = 1; next }
    field == "types:" { $0 = "Types: deb" }
    field == "enabled:" && tolower($2) == "no" { off = 1 }
    field == "uris:" { if (/\/debian(\.list)?\/?([ \t]|$)/) debian = 1 }
    { text = text $0 "\n" }
    END { flush() }' "$file"
done > "$folder/sources/archive.sources"
[ -s "$folder/sources/archive.list" ] || rm "$folder/sources/archive.list"
[ -s "$folder/sources/archive.sources" ] || rm "$folder/sources/archive.sources"
if ! [ -e "$folder/sources/archive.list" ] && ! [ -e "$folder/sources/archive.sources" ]; then
  echo "no Debian archive is among apt's sources" >&2
  exit 1
fi

# A mirror may lag behind: its signature counts, not how old it is.
apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$folder/sources" -o "Dir::State::Lists=$folder/lists"
  -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false)
if ! "${apt[@]}" update > "$folder/log" 2>&1 && grep -q 'does not have a Release file' "$folder/log"; then
  cat "$folder/log" >&2
  echo "the archive has no suite $suite" >&2
  exit 3
fi
rm -f "$folder"/*.deb
(cd "$folder" && "${apt[@]}" download "$@" >> log 2>&1) || { cat "$folder/log" >&2; exit 1; }
for package in "$folder"/*.deb; do
  dpkg -x "$package" "$folder/root"
done
rm -rf "$folder/lists" "$folder/cache" "$folder"/*.deb
