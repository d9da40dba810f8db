#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: Two roles that each have a handler `restart service` and notify it restart two
#   services: a role finds its own handler first.
# What happens: Handlers of a play share their names: the one of the role that was loaded last replaces the
#   others, so the first role's changes are never applied. `notify: 'app : restart service'`, with the role's
#   name, reaches the right one.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   notify: restart service: restarts proxy
#   with the role's name: restarts app,restarts proxy
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
export ANSIBLE_DEPRECATION_WARNINGS=0 ANSIBLE_PYTHON_INTERPRETER="$work/venv/bin/python"
venv/bin/ansible --version | sed -n 1p

for role in app proxy; do
  mkdir -p roles/$role/tasks roles/$role/handlers
  printf -- '- command: "true"\n  notify: restart service\n' > roles/$role/tasks/main.yml
  printf -- '- name: restart service\n  debug: {msg: "restarts %s"}\n' $role > roles/$role/handlers/main.yml
done
printf -- '- hosts: localhost\n  gather_facts: false\n  roles: [app, proxy]\n' > play.yml
seen() { venv/bin/ansible-playbook -i localhost, -c local play.yml | grep -oE 'restarts [a-z]+' | paste -sd,; }
same "notify: restart service" 'restarts proxy' "$(seen)"
for role in app proxy; do printf -- '- command: "true"\n  notify: "%s : restart service"\n' $role > roles/$role/tasks/main.yml; done
same "with the role's name" 'restarts app,restarts proxy' "$(seen)"
