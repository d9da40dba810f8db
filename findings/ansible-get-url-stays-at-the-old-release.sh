#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `get_url` with another address, `…/app-{{ version }}`, and the same `dest` fetches the
#   other release.
# What happens: The module asks whether the file at the new address changed since the one at `dest` was written. A
#   release that was published before the last deployment did not: 304, `ok`, and the old program stays. An
#   upgrade can fail so, and so can the way back. `force: true`, a checksum, or the version in `dest` helps.
# Output when it was run on 2026-12-01:
#   ansible-core 2.19.14
#   the first deployment, of 1.4.1: status 200 changed True, exit code 0, app is 1.4.1
#   then 1.4.2: status 304 changed False, exit code 0, app is 1.4.1
#   with force: status 200 changed True, exit code 0, app is 1.4.2
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

export no_proxy=127.0.0.1
mkdir releases
echo 1.4.1 > releases/app-1.4.1
echo 1.4.2 > releases/app-1.4.2
touch -d 2026-01-01 releases/app-1.4.1
touch -d 2026-02-01 releases/app-1.4.2
(cd releases && exec python3 -m http.server 18671 --bind 127.0.0.1) > log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do (: < /dev/tcp/127.0.0.1/18671) 2>/dev/null && break; sleep 0.1; done
cat > site.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - get_url:
        url: "{{ 'http' }}:{{ '//' }}127.0.0.1:18671/app-{{ version }}"
        dest: "{{ playbook_dir }}/app"
        force: "{{ force | default(false) }}"
      register: result
    - debug: {msg: "status {{ result.status_code }} changed {{ result.changed }}"}
YAML
deploy() {
  venv/bin/ansible-playbook site.yml "$@" > said 2>&1 && code=0 || code=$?
  echo "$(grep -oE 'status [0-9]+ changed [a-zA-Z]+' said), exit code $code, app is $(cat app)"
}
same "the first deployment, of 1.4.1" 'status 200 changed True, exit code 0, app is 1.4.1' "$(deploy -e version=1.4.1)"
same "then 1.4.2" 'status 304 changed False, exit code 0, app is 1.4.1' "$(deploy -e version=1.4.2)"
same "with force" 'status 200 changed True, exit code 0, app is 1.4.2' "$(deploy -e version=1.4.2 -e force=true)"
