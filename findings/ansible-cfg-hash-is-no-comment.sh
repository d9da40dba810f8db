#!/usr/bin/env bash
# Software: ansible-core 2.19.14.
# Most engineers expect: `private_key_file = /keys/deploy # of the CI` in ansible.cfg has a comment, as such a
#   line has in YAML, TOML and shell.
# What happens: Behind a value only `;` begins a comment: `#` and what follows are part of the path or of the
#   user's name. A `;` in a value cuts it.
# Output when it was run on 2026-11-30:
#   ansible [core 2.19.14]
#   remote_user with #: deploy # of the CI
#   remote_user with ;: deploy
#   private_key_file with #: /keys/deploy # of the CI
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

value() {
  printf '[defaults]\n%s\n' "$1" > ansible.cfg
  ANSIBLE_CONFIG=ansible.cfg venv/bin/ansible-config dump --only-changed | sed -nE "s/^DEFAULT_(REMOTE_USER|PRIVATE_KEY_FILE)\(.*\) = //p"
}
same "remote_user with #" 'deploy # of the CI' "$(value 'remote_user = deploy # of the CI')"
same "remote_user with ;" 'deploy' "$(value 'remote_user = deploy ; of the CI')"
same "private_key_file with #" '/keys/deploy # of the CI' "$(value 'private_key_file = /keys/deploy # of the CI')"
