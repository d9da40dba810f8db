#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same), docker compose 2.26.1 (Debian 2.26.1-4).
# Most engineers expect: What Ansible and compose take for true is the same: y, yes, on, true.
# What happens: The filter `bool` says false for `y` and `t` (a warning since 2.19), while a module's own option
#   and compose take `y` for true. A switch that the role tests with `| bool` is off where the compose file has
#   it on.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   Docker Compose version 2.26.1-4
#   ansible, 'y' | bool: false
#   ansible, 'yes' | bool: true
#   ansible, a module's option y: SUCCESS
#   compose, read_only: y: read_only: true
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

same "ansible, 'y' | bool" false "$(venv/bin/ansible localhost -c local -m ansible.builtin.debug -a "msg=\"{{ 'y' | bool }}\"" | sed -n 's/.*"msg": //p' | tr -d '"')"
same "ansible, 'yes' | bool" true "$(venv/bin/ansible localhost -c local -m ansible.builtin.debug -a "msg=\"{{ 'yes' | bool }}\"" | sed -n 's/.*"msg": //p' | tr -d '"')"
venv/bin/ansible localhost -c local -m ansible.builtin.file -a "path=$work/folder state=directory recurse=y" > log
same "ansible, a module's option y" SUCCESS "$(venv/bin/ansible localhost -c local -m ansible.builtin.file -a "path=$work/folder state=directory recurse=y" | grep -o SUCCESS)"
echo 'services: {web: {image: "example/web:1", read_only: "${RO}"}}' > compose.yml
same "compose, read_only: y" 'read_only: true' "$(RO=y compose config | grep -o 'read_only.*')"
