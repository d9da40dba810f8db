#!/usr/bin/env bash
# Software: nunjucks 3.2.4 (npm) and Jinja2 3.1.6.
# Most engineers expect: nunjucks is a port of Jinja and renders any text file: `PASSWORD={{ password }}` writes
#   the password.
# What happens: It escapes for HTML in every template by default: `a&b` becomes `a&amp;b` in the .env, and a
#   command's `&&` and quotes change likewise. Jinja2's default is not to. `autoescape: false` in configure()
#   helps.
# Output when it was run on 2026-11-29:
#   Jinja2: PASSWORD=a&b
#   nunjucks: PASSWORD=a&amp;b
#   nunjucks, autoescape: false: PASSWORD=a&b
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'jinja2==3.1.6'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts nunjucks@3.2.4 >> npm.log

echo 'PASSWORD={{ password }}' > env.j2
cat > render.js <<'JS'
const nunjucks = require("nunjucks");
const renderer = nunjucks.configure(".", process.argv[2] ? { autoescape: false } : {});
console.log(renderer.render("env.j2", { password: "a&b" }));
JS
same "Jinja2" 'PASSWORD=a&b' "$(venv/bin/python -c 'import jinja2; print(jinja2.Template(open("env.j2").read()).render(password="a&b"))')"
same "nunjucks" 'PASSWORD=a&amp;b' "$(node render.js)"
same "nunjucks, autoescape: false" 'PASSWORD=a&b' "$(node render.js plain)"
