#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `lineinfile: {regexp: "^PORT=", line: PORT=8080}` leaves one value of PORT, 8080.
# What happens: Only the last line that matches is replaced; earlier ones stay. Programs that take the first
#   value (nginx, sshd, PAM, dotenv) go on with the old one, and each later run is `ok`.
# Output when it was run on 2026-11-30:
#   ansible-core 2.19.14
#   first run: CHANGED
#   the file: Port 22;PermitRootLogin no;Port 2222
#   second run: SUCCESS
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

run() { venv/bin/ansible localhost -m lineinfile -a "path=$work/sshd_config regexp='^Port ' line='Port 2222'" 2>&1 | grep -oE 'CHANGED|SUCCESS' | head -n 1; }
printf 'Port 22\nPermitRootLogin no\nPort 2022\n' > sshd_config
same 'first run' CHANGED "$(run)"
same 'the file' 'Port 22;PermitRootLogin no;Port 2222' "$(paste -sd';' sshd_config)"
same 'second run' SUCCESS "$(run)"
