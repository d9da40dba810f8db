#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: The `when` of a block is asked once, as an `if` of other languages: the block runs whole
#   or not at all.
# What happens: The condition is handed to each task and asked again before it. A task in the block that changes
#   what the condition asks for, such as `set_fact: {installed: …}`, ends the block: the rest is skipped, and the
#   play succeeds with half of it done. `import_tasks` with `when` does the same; `include_tasks` asks once.
# Output when it was run on 2026-12-01:
#   ansible-core 2.19.14
#   block: stopped, skipped=1, exit code 0
#   import_tasks: stopped, skipped=1, exit code 0
#   include_tasks: stopped started, skipped=0, exit code 0
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

cat > steps.yml <<'YAML'
- debug: {msg: stopped}
- set_fact: {installed: "{{ wanted }}"}
- debug: {msg: started}
YAML
play() {
  printf -- '- hosts: localhost\n  gather_facts: false\n  vars: {wanted: "1.5"}\n  tasks:\n    - set_fact: {installed: "1.4"}\n' > site.yml
  printf -- '    - when: installed != wanted\n      %s\n' "$1" >> site.yml
  [ "$1" != block: ] || sed 's/^/        /' steps.yml >> site.yml
  venv/bin/ansible-playbook site.yml > said 2>&1 && code=0 || code=$?
  echo "$(grep -oE '"(stopped|started)"' said | tr -d '"' | paste -sd' '), $(grep -o 'skipped=[0-9]*' said), exit code $code"
}
same "block" 'stopped, skipped=1, exit code 0' "$(play 'block:')"
same "import_tasks" 'stopped, skipped=1, exit code 0' "$(play 'import_tasks: steps.yml')"
same "include_tasks" 'stopped started, skipped=0, exit code 0' "$(play 'include_tasks: steps.yml')"
