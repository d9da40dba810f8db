#!/usr/bin/env bash
# Software: ansible-core 2.19.14 (2.21.5 the same).
# Most engineers expect: `installed is version("2.0.0", ">=")` is false for 2.0.0-rc1: a candidate comes before
#   its release.
# What happens: The default comparison takes `-rc1` for an additional part, so 2.0.0-rc1 is newer than 2.0.0,
#   and Debian's 26.1.5+dfsg1 is not equal to 26.1.5. `version_type="semver"` says false for the first and true
#   for the second.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   2.0.0-rc1 >= 2.0.0: true
#   2.0.0-rc1 >= 2.0.0, semver: false
#   26.1.5+dfsg1 == 26.1.5: false
#   26.1.5+dfsg1 == 26.1.5, semver: true
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

holds() { venv/bin/ansible localhost -c local -m ansible.builtin.debug -a "msg=\"{{ $1 }}\"" | sed -n 's/.*"msg": \(.*\)/\1/p' | tr -d '"'; }
same "2.0.0-rc1 >= 2.0.0" true "$(holds "'2.0.0-rc1' is version('2.0.0', '>=')")"
same "2.0.0-rc1 >= 2.0.0, semver" false "$(holds "'2.0.0-rc1' is version('2.0.0', '>=', version_type='semver')")"
same "26.1.5+dfsg1 == 26.1.5" false "$(holds "'26.1.5+dfsg1' is version('26.1.5', '==')")"
same "26.1.5+dfsg1 == 26.1.5, semver" true "$(holds "'26.1.5+dfsg1' is version('26.1.5', '==', version_type='semver')")"
