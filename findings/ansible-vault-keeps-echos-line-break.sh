#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `echo s3cret | ansible-vault encrypt_string` encrypts the six characters, as lookups of
#   files and of commands drop a line break at the end.
# What happens: The line break is encrypted too: the password has seven characters, and is refused where it is
#   compared, or breaks the line of an env file. `printf %s`, or typing it with Ctrl-D twice, leaves it out.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   echo: 7 characters
#   printf: 6 characters
#   lookup('file'): 6 characters
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

echo pass > vault-pass
characters() { grep -o '[0-9]* characters'; }
length() {
  venv/bin/ansible-vault encrypt_string --vault-password-file vault-pass --stdin-name password > vars.yml 2> /dev/null
  venv/bin/ansible localhost -i localhost, -c local -e @vars.yml --vault-password-file vault-pass -m debug \
    -a 'msg="{{ password | length }} characters"' | characters
}
same "echo" '7 characters' "$(echo s3cret | length)"
same "printf" '6 characters' "$(printf %s s3cret | length)"
echo s3cret > file
same "lookup('file')" '6 characters' \
  "$(venv/bin/ansible localhost -i localhost, -c local -m debug -a "msg=\"{{ lookup('file', '$work/file') | length }} characters\"" | characters)"
