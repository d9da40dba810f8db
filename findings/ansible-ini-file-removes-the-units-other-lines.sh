#!/usr/bin/env bash
# Software: community.general of ansible 12.3.0, with ansible-core 2.19.14.
# Most engineers expect: `ini_file` with `section: Service`, `option: Environment` and `value: LEVEL=debug` sets
#   this variable of a systemd unit and leaves the others, or adds a line.
# What happens: A key stands once in the module's idea of a file: all `Environment=` lines but one are removed,
#   and that one is replaced; likewise `After=` and `ExecStartPre=`. `exclusive: false` adds the line.
# Output when it was run on 2026-12-01:
#   ansible-core 2.19.14
#   Environment: Environment=LEVEL=debug
#   Environment, exclusive: false: Environment=PORT=8080 Environment=DATA=/srv/data Environment=LEVEL=debug
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

# The collection out of the package that has them all.
venv/bin/pip -q --disable-pip-version-check download --no-deps 'ansible==12.3.0'
venv/bin/python - <<'PY'
import glob, re, zipfile
with zipfile.ZipFile(glob.glob("ansible-*.whl")[0]) as wheel:
    for name in wheel.namelist():
        if name.startswith("ansible_collections/community/general/"):
            wheel.extract(name)
PY
export ANSIBLE_COLLECTIONS_PATH=$work
cat > site.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - community.general.ini_file:
        path: "{{ playbook_dir }}/app.service"
        section: Service
        option: "{{ option }}"
        value: "{{ value }}"
        no_extra_spaces: true
        exclusive: "{{ exclusive | default(omit) }}"
        mode: "0644"
YAML
seen() {
  printf '[Unit]\nAfter=network.target\n\n[Service]\nEnvironment=PORT=8080\nEnvironment=DATA=/srv/data\nExecStart=/usr/bin/app\n' > app.service
  venv/bin/ansible-playbook site.yml "$@" > said 2>&1
  grep Environment= app.service | paste -sd' '
}
same "Environment" 'Environment=LEVEL=debug' "$(seen -e option=Environment -e value=LEVEL=debug)"
same "Environment, exclusive: false" 'Environment=PORT=8080 Environment=DATA=/srv/data Environment=LEVEL=debug' \
  "$(seen -e option=Environment -e value=LEVEL=debug -e exclusive=false)"
