#!/usr/bin/env bash
# Software: Jinja2 3.1.6, docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: `DATABASE_URL={{ url | tojson }}` is the safe way to quote a value for an env file, and
#   `command: ["sh", "-c", {{ line | tojson }}]` one for YAML: JSON changes quotes and backslashes only.
# What happens: `tojson` is made for HTML and writes `&`, `<`, `>` and `'` as `\u0026` and so on. YAML and JSON
#   readers turn them back; an env file keeps the six characters, so the address loses its second parameter.
#   Ansible's `to_json` leaves them.
# Output when it was run on 2026-11-30:
#   Docker Compose version 2.26.1-4
#   through an env file: DATABASE_URL: postgres://app@db/app?sslmode=require\u0026connect_timeout=5
#   through YAML: DATABASE_URL: postgres://app@db/app?sslmode=require&connect_timeout=5
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
venv/bin/pip -q --disable-pip-version-check install 'Jinja2==3.1.6'

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

cat > render.py <<'PY'
import jinja2, sys
url = "postgres:/" + "/app@db/app?sslmode=require&connect_timeout=5"
print(jinja2.Template(sys.argv[1]).render(url=url))
PY
venv/bin/python render.py 'DATABASE_URL={{ url | tojson }}' > .env
echo 'services: {app: {image: example/app, env_file: [.env]}}' > compose.yml
same "through an env file" 'DATABASE_URL: postgres:/''/app@db/app?sslmode=require\u0026connect_timeout=5' "$(compose config | grep -o 'DATABASE_URL: .*')"
venv/bin/python render.py 'services: {app: {image: example/app, environment: {DATABASE_URL: {{ url | tojson }}}}}' > compose.yml
same "through YAML" 'DATABASE_URL: postgres:/''/app@db/app?sslmode=require&connect_timeout=5' "$(compose config | grep -o 'DATABASE_URL: .*')"
