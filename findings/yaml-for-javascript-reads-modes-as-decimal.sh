#!/usr/bin/env bash
# Software: yaml 2.9.1 and js-yaml 5.5.0 (npm), PyYAML 6.0.4, docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: `mode: 0440` in a YAML file is the file mode that compose and Ansible make of it, for a
#   Node program too.
# What happens: YAML 1.2, which the JavaScript libraries follow, has no octal numbers with a bare 0: they read
#   440, and `fs.chmod` with it makes the mode 0670. `0o440` is 288 for them and a text for PyYAML; `"0440"` in
#   quotes with parseInt(…, 8) is safe.
# Output when it was run on 2026-11-30:
#   Docker Compose version 2.26.1-4
#   0440: yaml, js-yaml, the file's mode: 440 440 0670
#   0440: PyYAML: 288
#   0440: compose: mode: 288
#   0o440: yaml, js-yaml, the file's mode: 288 288 0440
#   0o440: PyYAML: '0o440'
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
npm install --silent --no-audit --no-fund --ignore-scripts yaml@2.9.1 js-yaml@5.5.0 >> npm.log

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'PyYAML==6.0.4'

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

compose() { root/usr/libexec/docker/cli-plugins/docker-compose "$@"; }
compose version

cat > ask.mjs <<'JS'
import * as yaml from "yaml";
import * as jsYaml from "js-yaml";
import * as fs from "fs";
const text = `mode: ${process.argv[2]}`;
const { mode } = yaml.parse(text);
fs.writeFileSync("file", "");
fs.chmodSync("file", mode);
console.log(mode, jsYaml.load(text).mode, (fs.statSync("file").mode & 0o777).toString(8).padStart(4, "0"));
JS
python_() { venv/bin/python -c 'import sys, yaml; print(repr(yaml.safe_load("mode: " + sys.argv[1])["mode"]))' "$1"; }
same "0440: yaml, js-yaml, the file's mode" '440 440 0670' "$(node ask.mjs 0440)"
same "0440: PyYAML" 288 "$(python_ 0440)"
echo 'services: {app: {image: example/app, secrets: [{source: key, mode: 0440}]}}
secrets: {key: {environment: KEY}}' > compose.yml
same "0440: compose" 'mode: 288' "$(compose config | grep -o 'mode: .*')"
same "0o440: yaml, js-yaml, the file's mode" '288 288 0440' "$(node ask.mjs 0o440)"
same "0o440: PyYAML" "'0o440'" "$(python_ 0o440)"
