#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same), Jinja2 3.1.6, docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: A .env template whose line ends with `{% endif %}` or a comment has as many lines after
#   rendering, as with Jinja2's own settings.
# What happens: Ansible's template module sets trim_blocks: the line break after a block or a comment goes, and
#   the next line is appended. Compose then reads one variable whose value holds the next assignment.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   Docker Compose version 2.26.1-4
#   Ansible: TAG=1MODE=safe
#   Jinja2: TAG=1 MODE=safe
#   compose, the image: example/web:1MODE=safe
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
venv/bin/pip -q --disable-pip-version-check install 'ansible-core==2.19.14'
export ANSIBLE_LOCALHOST_WARNING=0 ANSIBLE_INVENTORY_UNPARSED_WARNING=0 ANSIBLE_HOME="$work/ansible" ANSIBLE_NOCOLOR=1
export ANSIBLE_DEPRECATION_WARNINGS=0
venv/bin/ansible --version | sed -n 1p

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

printf 'TAG={%% if canary %%}2-rc{%% else %%}1{%% endif %%}\nMODE=safe\n' > env.j2
venv/bin/ansible localhost -c local -e '{canary: false}' -m ansible.builtin.template -a "src=env.j2 dest=$work/.env" > ansible.log
same "Ansible" 'TAG=1MODE=safe' "$(cat .env)"
same "Jinja2" 'TAG=1 MODE=safe' "$(venv/bin/python -c 'import jinja2; print(jinja2.Template(open("env.j2").read()).render(canary=False))' | xargs)"
echo 'services: {web: {image: "example/web:${TAG}", environment: {MODE: "${MODE:-none}"}}}' > compose.yml
same "compose, the image" example/web:1MODE=safe "$(compose config 2> warnings | sed -n 's/^ *image: //p' || true)"
