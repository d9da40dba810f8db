#!/usr/bin/env bash
# Software: js-yaml 5.5.0 beside 4.1.0, yaml 2.9.1 (npm), docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: A JavaScript tool that reads a compose file sees what compose sees: `<<: *defaults`
#   merges the mapping.
# What happens: From js-yaml 5 on (4.1.0 merged) and in yaml 2, `<<` is an ordinary key by default: the service
#   has a key named `<<` and none of the merged settings.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   compose: image networks restart
#   js-yaml 4.1.0: image restart
#   js-yaml 5.5.0: << image
#   yaml 2.9.1: << image
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
compose() { root/usr/libexec/docker/cli-plugins/docker-compose "$@"; }
compose version

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts js-yaml@5.5.0 js-yaml-4@npm:js-yaml@4.1.0 yaml@2.9.1 >> npm.log

cat > compose.yml <<'YAML'
x-defaults: &defaults {restart: always}
services:
  web:
    <<: *defaults
    image: example/web:1
YAML
keys() { node -e "const t=require('fs').readFileSync('compose.yml','utf8'); console.log(Object.keys(($1)(t).services.web).sort().join(' '))"; }
same "compose" 'image networks restart' "$(compose config --format json | node -p 'Object.keys(JSON.parse(require("fs").readFileSync(0)).services.web).filter(k=>!["command","entrypoint"].includes(k)).sort().join(" ")')"
same "js-yaml 4.1.0" 'image restart' "$(keys 'require("js-yaml-4").load')"
same "js-yaml 5.5.0" '<< image' "$(keys 'require("js-yaml").load')"
same "yaml 2.9.1" '<< image' "$(keys 'require("yaml").parse')"
