#!/usr/bin/env bash
# Proves that the npm packages of a build install in a clean folder, without a network, and run: `prove-npm.sh [PROGRAM]`.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-target/debug/deploylint}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
platform=$(node -p '`${process.platform}-${process.arch}`')
scripts/build-npm.sh "$work/packages" "$platform=$program" >&2
export npm_config_cache=$work/cache npm_config_userconfig=$work/npmrc npm_config_update_notifier=false
mkdir "$work/project"
cd "$work/project"
echo '{"private": true}' > package.json
npm install --offline --silent --no-audit --no-fund --ignore-scripts "$work"/packages/*.tgz >&2
mkdir deploy
printf 'services:\n  web:\n    image: nginx:latest\n' > deploy/compose.yml
code=0
said=$(npx --no-install deploylint check --select unpinned-image deploy) || code=$?
[ "$code" = 1 ] && grep -q 'warning\[unpinned-image\]' <<< "$said" || { echo "exit $code: $said" >&2; exit 1; }
printf 'services:\n  web:\n    image: nginx:1.27.3\n' > deploy/compose.yml
npx --no-install deploylint check --select unpinned-image deploy
# What is missing is said, and is no finding.
rm -r "node_modules/deploylint-$platform"
code=0
said=$(npx --no-install deploylint check deploy 2>&1) || code=$?
[ "$code" = 2 ] && grep -q "deploylint-$platform is not installed" <<< "$said" || { echo "exit $code: $said" >&2; exit 1; }
