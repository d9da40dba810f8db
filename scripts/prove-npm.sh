#!/usr/bin/env bash
# Proves that the npm packages of a build install in a clean folder, without a network, and run: `prove-npm.sh [PROGRAM]`;
# and that `npx deploylint` is all that it takes where a registry has them: one on this machine stands in for npm's.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-target/debug/deploylint}
work=$(mktemp -d)
trap 'kill "${registry:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
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
# The registry: a manifest of each package, and its file.
cat > "$work/registry.js" <<'END'
const { createHash } = require("node:crypto");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const folder = process.argv[2];
const packages = {};
for (const file of fs.readdirSync(folder)) {
  const text = execFileSync("tar", ["--extract", "--to-stdout", "--file", `${folder}/${file}`, "package/package.json"]);
  const manifest = JSON.parse(text);
  const digest = createHash("sha512").update(fs.readFileSync(`${folder}/${file}`)).digest("base64");
  packages[manifest.name] = { file, manifest, integrity: `sha512-${digest}` };
}
const server = http.createServer((request, response) => {
  const name = decodeURIComponent(request.url.slice(1));
  const found = packages[name];
  if (found) {
    const { manifest, file, integrity } = found;
    const tarball = `http://${request.headers.host}/files/${file}`;
    const version = { ...manifest, dist: { tarball, integrity } };
    const latest = manifest.version;
    response.end(JSON.stringify({ name, "dist-tags": { latest }, versions: { [latest]: version } }));
  } else if (name.startsWith("files/") && fs.existsSync(`${folder}/${name.slice(6)}`)) {
    response.end(fs.readFileSync(`${folder}/${name.slice(6)}`));
  } else {
    response.writeHead(404).end("{}");
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
END
node "$work/registry.js" "$work/packages" > "$work/port" &
registry=$!
for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.1; done
mkdir -p "$work/fresh/deploy"
cd "$work/fresh"
printf 'services:\n  web:\n    image: nginx:latest\n' > deploy/compose.yml
npm_config_registry=http://127.0.0.1:$(cat "$work/port")
npm_config_cache=$work/fresh-cache
export npm_config_registry npm_config_cache npm_config_yes=true
code=0
said=$(npx deploylint check --select unpinned-image deploy) || code=$?
[ "$code" = 1 ] && grep -q 'warning\[unpinned-image\]' <<< "$said" || { echo "exit $code: $said" >&2; exit 1; }
