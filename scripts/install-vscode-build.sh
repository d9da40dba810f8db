#!/usr/bin/env bash
# Installs what builds the extension of VS Code (`editors/vscode`) below .tools/vscode, in the versions of its lock file.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v npm >/dev/null || { echo "npm is not installed" >&2; exit 1; }
mkdir -p .tools/vscode
cmp -s editors/vscode/package-lock.json .tools/vscode/installed.json && exit 0
cp editors/vscode/package.json editors/vscode/package-lock.json editors/vscode/.npmrc .tools/vscode/
(cd .tools/vscode && npm ci --silent --no-audit --no-fund)
cp editors/vscode/package-lock.json .tools/vscode/installed.json
