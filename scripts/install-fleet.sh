#!/usr/bin/env bash
# Installs the engine that examples/fleet runs on (Dask), Parquet and DuckDB from PyPI, below .tools/fleet.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.tools/fleet
"$root/bin/python" -c 'import distributed, duckdb, pyarrow' 2>/dev/null && exit 0
scripts/python-packages.sh "$root" 'distributed==2026.8.0' 'dask==2026.8.0' 'pyarrow==26.0.1' 'duckdb==2.0.1'
