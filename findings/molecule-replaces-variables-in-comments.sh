#!/usr/bin/env bash
# Software: molecule 26.10.0, docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: `$NAME` in molecule.yml is replaced in values, as compose does it; a comment is a
#   comment.
# What happens: The file is replaced as one text before it is read as YAML: `# costs $5` in a comment is an
#   error, and a value with `: ` or a line break in it changes what the file says. compose reads first.
# Output when it was run on 2026-11-29:
#   a comment, molecule: refused: Invalid placeholder in string: line 2, col 9
#   a comment, compose: example/web:1
#   TAG="1 # new", molecule: {'image': 'example/web:1'}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

# Packages of Debian trixie, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/trixie/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/apt/sources" -o "Dir::State::Lists=$work/apt/lists"
  -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'docker-compose=2.26.1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'pyyaml==6.0.4'
venv/bin/pip -q --disable-pip-version-check install --no-deps 'molecule==26.10.0'
cat > ask.py <<'PY'
import sys
import yaml
from molecule import interpolation as i
try:
    text = i.Interpolator(i.TemplateWithDefaults, {"TAG": sys.argv[2]}).interpolate(sys.argv[1])
    print(yaml.safe_load(text))
except i.InvalidInterpolation as refused:
    print("refused:", refused.place)
PY
compose() {
  printf 'services:\n  web: {%s}\n' "$1" > compose.yml
  printf '# costs $5\n' >> compose.yml
  TAG=$2 root/usr/libexec/docker/cli-plugins/docker-compose config --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["services"]["web"]["image"])'
}
same "a comment, molecule" 'refused: Invalid placeholder in string: line 2, col 9' "$(venv/bin/python ask.py 'image: example/web:1
# costs $5' 1)"
same "a comment, compose" 'example/web:1' "$(compose 'image: "example/web:$TAG"' 1)"
same "TAG=\"1 # new\", molecule" "{'image': 'example/web:1'}" "$(venv/bin/python ask.py 'image: example/web:$TAG' '1 # new')"
