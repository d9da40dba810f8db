#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `run_once: true` runs a migration once in the play, on the first host for which its
#   `when` holds.
# What happens: With `serial` it runs once for each batch. And `when` is asked for the first host of the batch
#   alone: where it is false there the task is skipped for all, so `when: inventory_hostname == 'web2'` never
#   runs.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   all four hosts at once: migrated on web1, on web2: never
#   serial: 2: migrated on web1 web3, on web2: never
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

printf '[web]\nweb[1:4] ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n' > hosts
cat > play.yml <<'YAML'
- hosts: web
  gather_facts: false
  serial: "{{ batch }}"
  tasks:
    - ansible.builtin.shell: echo {{ inventory_hostname }} >> {{ folder }}/migrations
      run_once: true
    - ansible.builtin.shell: echo {{ inventory_hostname }} >> {{ folder }}/on-web2
      run_once: true
      when: inventory_hostname == 'web2'
YAML
seen() {
  rm -f migrations on-web2
  venv/bin/ansible-playbook -i hosts play.yml -e "folder=$work batch=$1" > log 2>&1
  echo "migrated on $(paste -sd' ' migrations), on web2: $(cat on-web2 2> /dev/null || echo never)"
}
same "all four hosts at once" 'migrated on web1, on web2: never' "$(seen 4)"
same "serial: 2" 'migrated on web1 web3, on web2: never' "$(seen 2)"
