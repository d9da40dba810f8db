#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: In an INI inventory `db_password=pa#ss` is five characters, or refused: a comment
#   begins a line or stands behind a space, and `[web:vars]` has the same grammar as a host's line.
# What happens: On a host's line everything from `#` on is dropped, without a word: the password is `pa`, and
#   the variables behind it are gone. In `[web:vars]` all five arrive. Quotes around the value keep it on a
#   host's line.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   on the host's line: pa
#   in the group's section: pa#ss
#   on the host's line in quotes: pa#ss
#   what stands behind it on the line: nothing
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
export ANSIBLE_DEPRECATION_WARNINGS=0 ANSIBLE_PYTHON_INTERPRETER="$work/venv/bin/python"
venv/bin/ansible --version | sed -n 1p

cat > hosts <<'INI'
[web]
host1 in_quotes="pa#ss" on_host=pa#ss port=5433
[web:vars]
in_group=pa#ss
INI
value() { venv/bin/ansible-inventory -i hosts --host host1 2> errors | sed -n "s/.*\"$1\": \"\(.*\)\".*/\1/p"; cat errors; }
same "on the host's line" 'pa' "$(value on_host)"
same "in the group's section" 'pa#ss' "$(value in_group)"
same "on the host's line in quotes" 'pa#ss' "$(value in_quotes)"
same "what stands behind it on the line" 'nothing' "$(value port | grep . || echo nothing)"
