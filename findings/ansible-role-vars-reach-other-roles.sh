#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: vars/main.yml of a role is that role's own: `roles: [app, proxy]` gives `app` the value
#   of its own defaults, whatever `proxy` sets for itself.
# What happens: The vars of each role in `roles:` are variables of the whole play, of the roles before it too:
#   `app` listens on the port that `proxy` sets. ansible.cfg's `private_role_vars = true` keeps them apart.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   roles: [app]: app listens on 8000
#   roles: [app, proxy]: app listens on 9000
#   private_role_vars: app listens on 8000
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

mkdir -p roles/{app,proxy}/tasks roles/app/defaults roles/proxy/vars
echo 'listen_port: 8000' > roles/app/defaults/main.yml
echo 'listen_port: 9000' > roles/proxy/vars/main.yml
echo "- debug: {msg: 'app listens on {{ listen_port }}'}" > roles/app/tasks/main.yml
echo '- debug: {msg: proxy}' > roles/proxy/tasks/main.yml
play() {
  printf -- '- hosts: localhost\n  gather_facts: false\n  roles: [%s]\n' "$1" > play.yml
  venv/bin/ansible-playbook -i localhost, -c local play.yml | grep -o 'app listens on [0-9]*'
}
same "roles: [app]" 'app listens on 8000' "$(play app)"
same "roles: [app, proxy]" 'app listens on 9000' "$(play 'app, proxy')"
export ANSIBLE_PRIVATE_ROLE_VARS=true
same "private_role_vars" 'app listens on 8000' "$(play 'app, proxy')"
