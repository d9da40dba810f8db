#!/usr/bin/env bash
# Software: convict 6.2.5 and zod 4.6.7 (npm).
# Most engineers expect: A switch that is `0`, `no` or `off` in the environment is off, or is refused: these
#   libraries are there to validate.
# What happens: convict takes all but the word false for true, an empty variable too; zod's `coerce.boolean()`
#   takes every text for true, `false` included, and only the empty one for false. Neither complains. zod's
#   `stringbool()` reads them.
# Output when it was run on 2026-11-29:
#   convict: false false,0 true,no true,off true
#   zod, coerce.boolean(): false true,0 true,no true,off true
#   zod, stringbool(): false false,0 false,no false,off false
#   an empty variable, convict and coerce.boolean(): true false
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
npm install --silent --no-audit --no-fund --ignore-scripts convict@6.2.5 zod@4.6.7 >> npm.log

cat > ask.js <<'JS'
const [library, value] = process.argv.slice(2);
process.env.SWITCH = value;
const { z } = require("zod");
const read = {
  convict: () => require("convict")({ on: { format: Boolean, default: true, env: "SWITCH" } }).validate().get("on"),
  coerce: () => z.coerce.boolean().parse(value),
  stringbool: () => z.stringbool().parse(value),
};
console.log(read[library]());
JS
seen() { for value in false 0 no off; do echo "$value $(node ask.js "$1" "$value")"; done | paste -sd, ; }
same "convict" 'false false,0 true,no true,off true' "$(seen convict)"
same "zod, coerce.boolean()" 'false true,0 true,no true,off true' "$(seen coerce)"
same "zod, stringbool()" 'false false,0 false,no false,off false' "$(seen stringbool)"
same "an empty variable, convict and coerce.boolean()" 'true false' "$(node ask.js convict '') $(node ask.js coerce '')"
