#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same).
# Most engineers expect: `{{ lookup("env", "TAG") | default("stable") }}` is `stable` where TAG is not set.
# What happens: The lookup returns an empty text for a variable that is not set, which is defined: the default
#   is never used and the image reference ends with a colon. `default("stable", true)`, or `lookup("env", "TAG",
#   default="stable")`, works.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   default('stable'): example/app:
#   default('stable', true): example/app:stable
#   the lookup's own default: example/app:stable
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

unset TAG
value() { venv/bin/ansible localhost -c local -m ansible.builtin.debug -a "msg=\"$1\"" | sed -n 's/.*"msg": "\(.*\)"/\1/p'; }
same "default('stable')" example/app: "$(value "example/app:{{ lookup('env', 'TAG') | default('stable') }}")"
same "default('stable', true)" example/app:stable "$(value "example/app:{{ lookup('env', 'TAG') | default('stable', true) }}")"
same "the lookup's own default" example/app:stable "$(value "example/app:{{ lookup('env', 'TAG', default='stable') }}")"
