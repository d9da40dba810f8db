#!/usr/bin/env bash
# Lints the action, the workflows, the examples for CI and the Dockerfile with the field's own linters; no finding is let pass.
# `scripts/install-pipeline-linters.sh` installs them.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/.tools/pipeline/bin
"$tools/zizmor" --offline --quiet --persona pedantic --no-progress action.yml .github
"$tools/actionlint" .github/workflows/*.yml examples/ci/github.yml
"$tools/hadolint" Dockerfile
# The example is linted where it would stand.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/.github/workflows"
cp examples/ci/github.yml "$work/.github/workflows/"
"$tools/zizmor" --offline --quiet --persona pedantic --no-progress "$work/.github/workflows/github.yml"
