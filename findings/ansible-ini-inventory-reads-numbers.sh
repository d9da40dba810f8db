#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same).
# Most engineers expect: In an INI inventory values are texts, the documentation says so for `[group:vars]`, and
#   quotes keep `"1.10"` a text.
# What happens: Each value is read as a Python literal where it is one, in `[group:vars]` too, and a host line's
#   quotes go before that: tag 1.10 becomes the number 1.1, the commit 12e4 becomes 120000.0. Only quotes inside
#   quotes keep it.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   tag="1.10": 1.1
#   commit=12e4: 120000.0
#   group_tag=1.10 in [web:vars]: 1.1
#   kept='"1.10"': "1.10"
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

cat > hosts.ini <<'INI'
[web]
host1 tag="1.10" commit=12e4 kept='"1.10"'
[web:vars]
group_tag=1.10
INI
venv/bin/ansible-inventory -i hosts.ini --host host1 > vars.json
read_it() { python3 -c 'import json, sys; print(json.dumps(json.load(open("vars.json"))[sys.argv[1]]))' "$1"; }
same 'tag="1.10"' 1.1 "$(read_it tag)"
same 'commit=12e4' 120000.0 "$(read_it commit)"
same 'group_tag=1.10 in [web:vars]' 1.1 "$(read_it group_tag)"
same "kept='\"1.10\"'" '"1.10"' "$(read_it kept)"
