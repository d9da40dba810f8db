#!/usr/bin/env bash
# Software: GNU make 4.4.1 (Debian trixie), docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: `include .env` and `export` in a Makefile give `docker compose` the values that it
#   reads from .env anyway.
# What happens: make keeps quotes as part of the value, replaces `$b` by its own variable and keeps the space
#   before a comment. The exported variables win over .env, so the same compose file starts with other passwords
#   by `make up` than by hand.
# Output when it was run on 2026-11-30:
#   Docker Compose version 2.26.1-4
#   docker compose: HASHED=a$$bc | LEVEL=info. | PASSWORD=secret word
#   make, which runs it: HASHED='ac' | LEVEL=info . | PASSWORD="secret word"
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
"${apt[@]}" download 'make=4.4.1-*' libc6 'docker-compose=2.26.1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

compose() { root/usr/libexec/docker/cli-plugins/docker-compose "$@"; }
compose version

cat > .env <<'ENV'
PASSWORD="secret word"
HASHED='a$bc'
LEVEL=info # of the log
ENV
cat > compose.yml <<'YAML'
services: {app: {image: example/app, environment: {PASSWORD: "${PASSWORD}", HASHED: "${HASHED}", LEVEL: "${LEVEL}."}}}
YAML
printf 'include .env\nexport\nconfig:\n\t@%s config --format json\n' root/usr/libexec/docker/cli-plugins/docker-compose > Makefile
values() { python3 -c 'import json, sys; print(*(f"{k}={v}" for k, v in sorted(json.load(sys.stdin)["services"]["app"]["environment"].items())), sep=" | ")'; }
same "docker compose" 'HASHED=a$$bc | LEVEL=info. | PASSWORD=secret word' "$(compose config --format json | values)"
same "make, which runs it" "HASHED='ac' | LEVEL=info . | PASSWORD=\"secret word\"" "$(with_libraries root/usr/bin/make -s config | values)"
