#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `meta: end_play`, where the rest is not needed on this host, ends the play as its
#   last task does: what was notified runs.
# What happens: Notified handlers are dropped, with end_host too, and the play succeeds. The file is changed
#   now, so that the next run is `ok` and notifies nobody: the service keeps its old configuration.
# Output when it was run on 2026-11-30:
#   ansible-core 2.19.14
#   noop: changed=1, restarted, exit code 0
#   end_play: changed=1, not restarted, exit code 0
#   end_play, the next run: changed=0, not restarted, exit code 0
#   end_host: changed=1, not restarted, exit code 0
#   end_host, the next run: changed=0, not restarted, exit code 0
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

play() {
  cat > site.yml <<YAML
- hosts: localhost
  gather_facts: false
  handlers: [{name: restart, debug: {msg: restarted}}]
  tasks:
    - copy: {content: new, dest: $work/app.conf}
      notify: restart
    - meta: $1
YAML
  venv/bin/ansible-playbook site.yml > said 2>&1 && code=0 || code=$?
  echo "$(grep -oE 'changed=[0-9]' said), $(grep -o restarted said || echo 'not restarted'), exit code $code"
}
same 'noop' 'changed=1, restarted, exit code 0' "$(play noop)"
for word in end_play end_host; do
  rm app.conf
  same "$word" 'changed=1, not restarted, exit code 0' "$(play "$word")"
  same "$word, the next run" 'changed=0, not restarted, exit code 0' "$(play noop)"
done
