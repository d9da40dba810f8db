#!/usr/bin/env bash
# Software: dotenv 18.0.10 (npm), Node's own reader, docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: Of two env files the later one overrides the earlier one: `['.env', '.env.production']`
#   is the order for every reader.
# What happens: dotenv keeps what the first file of `path` sets, so the production file is ignored where both
#   set a name. Node's `--env-file` and compose, `--env-file` as well as `env_file`, take the last one.
#   `override: true` turns dotenv round.
# Output when it was run on 2026-11-30:
#   Docker Compose version 2.26.1-4
#   dotenv: development
#   dotenv, override: production
#   node: production
#   compose: DB: production OF_THE_PROJECT: production
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
npm install --silent --no-audit --no-fund --ignore-scripts dotenv@18.0.10 >> npm.log

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

echo 'DB=development' > .env
echo 'DB=production' > .env.production
cat > ask.cjs <<'JS'
const into = {};
require("dotenv").config({ path: [".env", ".env.production"], processEnv: into, quiet: true, ...JSON.parse(process.argv[2]) });
console.log(into.DB);
JS
same "dotenv" development "$(node ask.cjs '{}')"
same "dotenv, override" production "$(node ask.cjs '{"override": true}')"
same "node" production "$(node --env-file=.env --env-file=.env.production -p process.env.DB)"
echo 'services: {app: {image: example/app, environment: {OF_THE_PROJECT: "${DB}"}, env_file: [.env, .env.production]}}' > compose.yml
same "compose" 'DB: production OF_THE_PROJECT: production' \
  "$(compose --env-file .env --env-file .env.production config | grep -oE '(DB|OF_THE_PROJECT): .*' | paste -sd' ')"
