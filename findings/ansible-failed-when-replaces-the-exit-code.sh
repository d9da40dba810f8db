#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `failed_when: "'ERROR' in result.stdout"` adds a condition: a command that ends
#   with 3 fails as before. A list of conditions fails where one of them holds.
# What happens: The condition stands for the exit code: 3 is `changed`, the play goes on and ends with 0. A
#   list holds where all of its conditions do.
# Output when it was run on 2026-11-30:
#   ansible-core 2.19.14
#   playbook: exit code 0, deployed
#   recap: ok=3 changed=2 failed=0
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
export HOME=$work ANSIBLE_LOCALHOST_WARNING=False ANSIBLE_INVENTORY_UNPARSED_WARNING=False ANSIBLE_NOCOLOR=1
export ANSIBLE_PYTHON_INTERPRETER=$work/venv/bin/python
venv/bin/pip list 2>/dev/null | grep '^ansible-core '

cat > site.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - shell: echo done; exit 3
      register: result
      failed_when: "'ERROR' in result.stdout"
    - shell: echo ERROR
      register: result
      failed_when: ["'ERROR' in result.stdout", result.rc != 0]
    - debug: {msg: deployed}
YAML
venv/bin/ansible-playbook site.yml > said 2>&1 && code=0 || code=$?
same 'playbook' 'exit code 0, deployed' "exit code $code, $(grep -o deployed said)"
same 'recap' 'ok=3 changed=2 failed=0' "$(grep -oE '(ok|changed|failed)=[0-9]+' said | paste -sd' ')"
