#!/usr/bin/env bash
# Software: ansible-core 2.18.19 and 2.19.14.
# Most engineers expect: `settings: "{{ lookup('file', 'settings.json') }}"` and then `settings.port` works in
#   each release, or in none.
# What happens: Up to 2.18 a template whose text looks like JSON became a mapping by itself; from 2.19 on it
#   stays a text, and `settings.port` fails. `| from_json` is right for both.
# Output when it was run on 2026-11-30:
#   2.18.19, the lookup: port 8080
#   2.18.19, the lookup | from_json: port 8080
#   2.19.14, the lookup: object of type 'str' has no attribute 'port'
#   2.19.14, the lookup | from_json: port 8080
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

python3 -m venv new
new/bin/pip -q --disable-pip-version-check install 'ansible-core==2.19.14'

python3 -m venv old
old/bin/pip -q --disable-pip-version-check install 'ansible-core==2.18.19'

export ANSIBLE_LOCALHOST_WARNING=0 ANSIBLE_HOME="$work/ansible" ANSIBLE_NOCOLOR=1 ANSIBLE_DEPRECATION_WARNINGS=0

echo '{"port": 8080}' > settings.json
seen() {
  cat > play.yml <<YAML
- hosts: localhost
  gather_facts: false
  vars: {settings: "{{ lookup('file', 'settings.json')$2 }}"}
  tasks: [{debug: {msg: "port {{ settings.port }}"}}]
YAML
  "$1/bin/ansible-playbook" -i localhost, -c local play.yml 2>&1 | grep -oE "port [0-9]+|object of type 'str' has no attribute 'port'" | sed -n 1p
}
same "2.18.19, the lookup" 'port 8080' "$(seen old '')"
same "2.18.19, the lookup | from_json" 'port 8080' "$(seen old ' | from_json')"
same "2.19.14, the lookup" "object of type 'str' has no attribute 'port'" "$(seen new '')"
same "2.19.14, the lookup | from_json" 'port 8080' "$(seen new ' | from_json')"
