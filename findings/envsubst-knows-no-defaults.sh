#!/usr/bin/env bash
# Software: envsubst of gettext 0.23.1 (Debian trixie), docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: A template that is written for compose, with `${PORT:-8080}` and `$$HOME` for a literal
#   dollar, can be rendered with envsubst in an entry point.
# What happens: envsubst replaces `$NAME` and `${NAME}` only. `${PORT:-8080}` stays as it is, with PORT set or
#   not, and there is no way to write a literal dollar before a name: `$$HOME` becomes `$` and the value. It
#   ends with 0.
# Output when it was run on 2026-11-29:
#   compose: HERE: $$REGION PORT: 9000
#   envsubst: PORT: ${PORT:-8080} HERE: $eu
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
"${apt[@]}" download 'gettext-base=0.23.*' libc6 'docker-compose=2.26.1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

cat > compose.yml <<'YAML'
services: {web: {image: "example/web:1", environment: {PORT: "${PORT:-8080}", HERE: "$$REGION"}}}
YAML
substitute() { with_libraries root/usr/bin/envsubst; }
same "compose" 'HERE: $$REGION PORT: 9000' "$(PORT=9000 REGION=eu root/usr/libexec/docker/cli-plugins/docker-compose config | grep -E 'PORT|HERE' | sed 's/^ *//' | tr -d '"' | paste -sd' ')"
same "envsubst" 'PORT: ${PORT:-8080} HERE: $eu' "$(PORT=9000 REGION=eu substitute < compose.yml | grep -oE 'PORT: "[^"]*"|HERE: "[^"]*"' | tr -d '"' | paste -sd' ')"
