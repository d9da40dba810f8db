#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: A play with `vars_prompt` fails, or waits, where nobody can answer: in CI, under cron, in
#   a pipe.
# What happens: Without a terminal the prompt is left out with a warning, a variable without a default is none,
#   and the play goes on: a template or `content:` writes the word `None` as the password, exit code 0. `-e`
#   answers the prompt.
# Output when it was run on 2026-12-01:
#   ansible-core 2.19.14
#   without a terminal: exit code 0, PASSWORD=None
#   its warning: Not prompting as we are not in interactive mode
#   with -e: exit code 0, PASSWORD=example
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
  vars_prompt: [{name: password, prompt: Password of the database}]
  tasks:
    - copy: {content: "PASSWORD={{ password }}\n", dest: "{{ playbook_dir }}/app.env", mode: "0600"}
YAML
play() { venv/bin/ansible-playbook site.yml "$@" < /dev/null > said 2>&1 && code=0 || code=$?; echo "exit code $code, $(cat app.env)"; }
same "without a terminal" 'exit code 0, PASSWORD=None' "$(play)"
same "its warning" 'Not prompting as we are not in interactive mode' "$(grep -o 'Not prompting as we are not in interactive mode' said)"
same "with -e" 'exit code 0, PASSWORD=example' "$(play -e password=example)"
