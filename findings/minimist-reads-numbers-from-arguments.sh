#!/usr/bin/env bash
# Software: minimist 1.2.8 and yargs 18.2.0 (npm), Python's argparse 3.11 or newer.
# Most engineers expect: `deploy --tag 1.10 --commit 0012345` of a Node program gets the two texts, as each
#   program gets its arguments.
# What happens: What looks like a number becomes one: the tag is 1.1, the commit 12345 with minimist, and `12e4`
#   is 120000. `string: ['tag']` keeps the text. yargs keeps leading zeros, minimist does not.
# Output when it was run on 2026-11-30:
#   minimist: [1.1,12345,120000]
#   yargs: [1.1,"0012345",120000]
#   minimist, declared as texts: ["1.10","0012345","12e4"]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts minimist@1.2.8 yargs@18.2.0 >> npm.log

cat > ask.mjs <<'JS'
import minimist from "minimist";
import yargs from "yargs";
const given = ["--tag", "1.10", "--commit", "0012345", "--build", "12e4"];
const show = ({ tag, commit, build }) => JSON.stringify([tag, commit, build]);
console.log(show(minimist(given)));
console.log(show(yargs(given).parse()));
console.log(show(minimist(given, { string: ["tag", "commit", "build"] })));
JS
node ask.mjs > seen
same "minimist" '[1.1,12345,120000]' "$(sed -n 1p seen)"
same "yargs" '[1.1,"0012345",120000]' "$(sed -n 2p seen)"
same "minimist, declared as texts" '["1.10","0012345","12e4"]' "$(sed -n 3p seen)"
