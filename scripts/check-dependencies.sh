#!/usr/bin/env bash
# Licences, banned crates and sources of all dependencies (deny.toml), and known vulnerabilities where the database of
# advisories can be had. With a path, writes the list of all dependencies (CycloneDX) to it.
#
#   scripts/check-dependencies.sh [SBOM.json]
set -euo pipefail
cd "$(dirname "$0")/.."
command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
cargo deny --offline check licenses bans sources
# What a fetch that failed leaves behind is no database.
if ls -d "${CARGO_HOME:-$HOME/.cargo}"/advisory-dbs/*/.git >/dev/null 2>&1 || cargo deny fetch db >/dev/null 2>&1; then
  cargo deny --offline check advisories
else
  echo "NOT CHECKED: the database of advisories can't be had here"
fi
if [ $# -gt 0 ]; then
  command -v cargo-sbom >/dev/null || cargo install --locked cargo-sbom
  cargo sbom --output-format cyclone_dx_json_1_6 >"$1.new"
  mv "$1.new" "$1"
fi
