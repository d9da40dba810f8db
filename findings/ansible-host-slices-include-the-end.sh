#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `hosts: web[0:1]`, or `--limit 'web[0:1]'`, is the first host, as slices are in Python
#   and Jinja: `groups['web'][0:1]`.
# What happens: The end is included: two hosts are deployed to, while a template with `groups['web'][0:1]` in
#   the same play names one.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   web[0:1] as a pattern: web1 web2
#   groups['web'][0:1]: web1
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

printf '[web]\nweb1\nweb2\nweb3\n' > hosts
same "web[0:1] as a pattern" 'web1 web2' "$(venv/bin/ansible -i hosts 'web[0:1]' --list-hosts | sed -n 's/^ *web/web/p' | paste -sd' ')"
same "groups['web'][0:1]" 'web1' "$(venv/bin/ansible -i hosts web1 -c local -m ansible.builtin.debug -a "msg={{ groups['web'][0:1] | join(' ') }}" | sed -n 's/.*"msg": "\(.*\)"/\1/p')"
