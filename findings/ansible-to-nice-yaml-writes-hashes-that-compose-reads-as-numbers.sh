#!/usr/bin/env bash
# Software: ansible-core 2.19.14 with PyYAML 6.0.4, docker compose 2.26.1 (Debian trixie) and 2.40.3 (Debian
#   unstable).
# Most engineers expect: `content: "{{ project | to_nice_yaml }}"` writes a compose file that compose reads as
#   what it was: a text that could be taken for a number is quoted, as `"1.10"` and `"0644"` are.
# What happens: It is quoted where PyYAML would read a number, and compose's reader knows more of them: the
#   commit hash 1234e56 reaches the container as 1.234e+59, `12e4` as 120000, `0o17` as 15. Of a hundred short
#   hashes one or two look so, and that deployment alone is wrong. `to_nice_json` quotes all texts.
# Output when it was run on 2026-12-01:
#   ansible-core 2.19.14
#   what is written: LIMIT: 12e4 MASK: '0644' MODE: 0o17 REVISION: 1234e56 VERSION: '1.10'
#   Docker Compose version 2.26.1-4
#   to_nice_yaml: REVISION=1.234e+59 LIMIT=120000 MODE=15 VERSION=1.10 MASK=0644
#   to_nice_json: REVISION=1234e56 LIMIT=12e4 MODE=0o17 VERSION=1.10 MASK=0644
#   Docker Compose version 2.40.3-3
#   to_nice_yaml: REVISION=1.234e+59 LIMIT=120000 MODE=15 VERSION=1.10 MASK=0644
#   to_nice_json: REVISION=1234e56 LIMIT=12e4 MODE=0o17 VERSION=1.10 MASK=0644
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

mkdir old
cd old
# Packages of Debian trixie, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/trixie/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/sources" -o "Dir::State::Lists=$PWD/apt/lists"
  -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'docker-compose=2.26.1-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

mkdir new
cd new
# Packages of Debian sid, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/sid/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/sources" -o "Dir::State::Lists=$PWD/apt/lists"
  -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'docker-compose=2.40.3-*' >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done
cd ..

compose() { release=$1; shift; "$release/root/usr/libexec/docker/cli-plugins/docker-compose" "$@"; }

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'ansible-core==2.19.14'
export HOME=$work ANSIBLE_LOCALHOST_WARNING=False ANSIBLE_INVENTORY_UNPARSED_WARNING=False ANSIBLE_NOCOLOR=1
export ANSIBLE_PYTHON_INTERPRETER=$work/venv/bin/python
venv/bin/pip list 2>/dev/null | grep '^ansible-core '

venv/bin/pip -q --disable-pip-version-check install 'PyYAML==6.0.4'
cat > site.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  vars:
    project:
      services:
        web:
          image: example/web:1
          environment: {REVISION: "1234e56", LIMIT: "12e4", MODE: "0o17", VERSION: "1.10", MASK: "0644"}
  tasks:
    - ansible.builtin.copy: {dest: "{{ playbook_dir }}/yaml.yml", content: "{{ project | to_nice_yaml }}", mode: "0644"}
    - ansible.builtin.copy: {dest: "{{ playbook_dir }}/json.yml", content: "{{ project | to_nice_json }}", mode: "0644"}
YAML
venv/bin/ansible-playbook site.yml > said 2>&1
ask() { compose "$1" -f "$2" config --format json | venv/bin/python -c 'import json, sys; e = json.load(sys.stdin)["services"]["web"]["environment"]; print(*(f"{n}={e[n]}" for n in ("REVISION", "LIMIT", "MODE", "VERSION", "MASK")))'; }
same "what is written" "LIMIT: 12e4 MASK: '0644' MODE: 0o17 REVISION: 1234e56 VERSION: '1.10'" "$(sed -n 's/^ *\([A-Z]*: .*\)/\1/p' yaml.yml | paste -sd' ')"
for release in old new; do
  compose "$release" version
  same "to_nice_yaml" 'REVISION=1.234e+59 LIMIT=120000 MODE=15 VERSION=1.10 MASK=0644' "$(ask "$release" yaml.yml)"
  same "to_nice_json" 'REVISION=1234e56 LIMIT=12e4 MODE=0o17 VERSION=1.10 MASK=0644' "$(ask "$release" json.yml)"
done
