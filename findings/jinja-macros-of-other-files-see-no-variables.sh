#!/usr/bin/env bash
# Software: Jinja2 3.1.6, minijinja 3.1.0 (Python), nunjucks 3.2.4.
# Most engineers expect: A macro that `{% from 'macros.j2' import image %}` brings in uses the template's
#   variables, as it does where it stands in the file itself, and as `include` does.
# What happens: Jinja2 imports without the context: `{{ registry }}` in the macro writes nothing, and
#   `registry.example/app` becomes `/app`, without an error. `import … with context` hands it over. minijinja
#   hands it over as it is, so one template gives two images; nunjucks does as Jinja2 does.
# Output when it was run on 2026-12-01:
#   Jinja2     3.1.6
#   minijinja  3.1.0
#   nunjucks 3.2.4
#   Jinja2, the macro in the file: image: registry.example/app
#   Jinja2, imported: image: /app
#   Jinja2, imported with context: image: registry.example/app
#   minijinja, imported: image: registry.example/app
#   nunjucks, imported: image: /app
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
venv/bin/pip -q --disable-pip-version-check install 'jinja2==3.1.6' 'minijinja==3.1.0'
npm init -y > log
npm install --no-audit --no-fund --ignore-scripts nunjucks@3.2.4 > log 2>&1
venv/bin/pip list 2>/dev/null | grep -iE '^(jinja2|minijinja) '
echo "nunjucks $(grep -m 1 '"version"' node_modules/nunjucks/package.json | grep -oE '[0-9.]+')"
printf '%s' "{% macro image(name) %}image: {{ registry }}/{{ name }}{% endmacro %}" > macros.j2
printf '%s' "{% from 'macros.j2' import image %}{{ image('app') }}" > imported.j2
printf '%s' "{% from 'macros.j2' import image with context %}{{ image('app') }}" > context.j2
cat macros.j2 - > own.j2 <<< "{{ image('app') }}"
cat > ask.py <<'PY'
import sys
import jinja2
import minijinja
name, engine = sys.argv[1:]
if engine == "jinja2":
    print(jinja2.Environment(loader=jinja2.FileSystemLoader(".")).get_template(name).render(registry="registry.example"))
else:
    print(minijinja.Environment(loader=lambda n: open(n).read()).render_template(name, registry="registry.example"))
PY
cat > ask.js <<'JS'
const nunjucks = require('nunjucks');
console.log(new nunjucks.Environment(new nunjucks.FileSystemLoader('.'), {autoescape: false}).render(process.argv[2], {registry: 'registry.example'}));
JS
same "Jinja2, the macro in the file" 'image: registry.example/app' "$(venv/bin/python ask.py own.j2 jinja2)"
same "Jinja2, imported" 'image: /app' "$(venv/bin/python ask.py imported.j2 jinja2)"
same "Jinja2, imported with context" 'image: registry.example/app' "$(venv/bin/python ask.py context.j2 jinja2)"
same "minijinja, imported" 'image: registry.example/app' "$(venv/bin/python ask.py imported.j2 minijinja)"
same "nunjucks, imported" 'image: /app' "$(node ask.js imported.j2)"
