#!/usr/bin/env bash
# Software: minijinja 3.1.0 (Python) and Jinja2 3.1.6.
# Most engineers expect: `image: example/{{ name }}:{{ tag }}` in a template named compose.yml renders as in
#   Jinja2: escaping is a matter of HTML.
# What happens: minijinja chooses the escaping by the template's name: in .yml, .yaml and .json each value is
#   written as JSON, so a text gets quotes inside the image reference. An ending .j2 does not change that. The
#   same lines in app.conf render plainly. `| safe` keeps the text.
# Output when it was run on 2026-11-29:
#   Jinja2, compose.yml: image: example/web:1
#   minijinja, compose.yml: image: example/"web":"1"
#   minijinja, compose.yml.j2: image: example/"web":"1"
#   minijinja, app.conf: image: example/web:1
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
venv/bin/pip -q --disable-pip-version-check install 'minijinja==3.1.0' 'jinja2==3.1.6'

cat > ask.py <<'PY'
import sys
import jinja2, minijinja
text, values = "image: example/{{ name }}:{{ tag }}", {"name": "web", "tag": "1"}
if sys.argv[1] == "jinja2":
    print(jinja2.Environment(loader=jinja2.DictLoader({sys.argv[2]: text})).get_template(sys.argv[2]).render(values))
else:
    print(minijinja.Environment(templates={sys.argv[2]: text}).render_template(sys.argv[2], **values))
PY
same "Jinja2, compose.yml" 'image: example/web:1' "$(venv/bin/python ask.py jinja2 compose.yml)"
same "minijinja, compose.yml" 'image: example/"web":"1"' "$(venv/bin/python ask.py minijinja compose.yml)"
same "minijinja, compose.yml.j2" 'image: example/"web":"1"' "$(venv/bin/python ask.py minijinja compose.yml.j2)"
same "minijinja, app.conf" 'image: example/web:1' "$(venv/bin/python ask.py minijinja app.conf)"
