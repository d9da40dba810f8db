#!/usr/bin/env bash
# Software: docker compose 2.26.1 (Debian 2.26.1-4); 2.40.3 does the same.
# Most engineers expect: `"${BIND_IP:-}:8080:80"` without BIND_IP is refused (an empty part between colons is
#   refused in `volumes:`), or published nowhere.
# What happens: The empty address is dropped and the port is published on every address of the host. An empty
#   port, `"127.0.0.1:${PORT:-}:80"`, becomes a random one. Both without a warning.
# Output when it was run on 2026-11-29:
#   Docker Compose version 2.26.1-4
#   no address: {"mode": "ingress", "protocol": "tcp", "published": "8080", "target": 80}
#   no host port: {"host_ip": "127.0.0.1", "mode": "ingress", "protocol": "tcp", "target": 80}
#   empty section between colons
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

ports() {
  echo "services: {web: {image: 'example/web:1', ports: ['$1']}}" > compose.yml
  compose config --format json | python3 -c 'import json,sys; print(json.dumps(json.load(sys.stdin)["services"]["web"]["ports"][0], sort_keys=True))'
}
same "no address" '{"mode": "ingress", "protocol": "tcp", "published": "8080", "target": 80}' "$(ports '${BIND_IP:-}:8080:80')"
same "no host port" '{"host_ip": "127.0.0.1", "mode": "ingress", "protocol": "tcp", "target": 80}' "$(ports '127.0.0.1:${PORT:-}:80')"
echo 'services: {web: {image: "example/web:1", volumes: ["${DATA:-}:/data"]}}' > compose.yml
if compose config > out 2>&1; then echo "an empty volume source is accepted now" >&2; exit 1; fi
grep -o 'empty section between colons' out
