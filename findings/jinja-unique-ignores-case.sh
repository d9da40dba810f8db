#!/usr/bin/env bash
# Software: Jinja2 3.1.6, minijinja 3.1.0 (Python), ansible-core 2.19.14 (2.21.5 the same).
# Most engineers expect: `names | unique` drops a name only where the same name came before.
# What happens: Texts are compared without regard to case: `DATA` goes because of `data`, though both are
#   different volumes, variables or image tags. `unique(case_sensitive=true)` keeps both.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   Jinja2: data logs
#   minijinja: data logs
#   Ansible: data logs
#   Ansible, case_sensitive=true: data DATA logs
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
venv/bin/pip -q --disable-pip-version-check install 'minijinja==3.1.0'
template="{{ ['data', 'DATA', 'logs'] | unique | join(' ') }}"
same "Jinja2" 'data logs' "$(venv/bin/python -c 'import sys, jinja2; print(jinja2.Template(sys.argv[1]).render())' "$template")"
same "minijinja" 'data logs' "$(venv/bin/python -c 'import sys, minijinja; print(minijinja.Environment().render_str(sys.argv[1]))' "$template")"
ansible() { venv/bin/ansible localhost -c local -m ansible.builtin.debug -a "msg=\"$1\"" | sed -n 's/.*"msg": "\(.*\)"/\1/p'; }
same "Ansible" 'data logs' "$(ansible "$template")"
same "Ansible, case_sensitive=true" 'data DATA logs' "$(ansible "${template/unique/unique(case_sensitive=true)}")"
