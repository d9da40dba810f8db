#!/usr/bin/env bash
# Software: Jinja2 3.1.6, ansible-core 2.19.14 (2.21.5 the same), nunjucks 3.2.4 (npm).
# Most engineers expect: `postgres://app:{{ password | urlencode }}@db/app` is right for every password.
# What happens: In Jinja2 and Ansible the filter leaves `/` as it is, so the address ends there: the host
#   becomes `app` and the port what was in the password. nunjucks, a port of Jinja, writes %2F.
# Output when it was run on 2026-11-29:
#   ansible [core 2.19.14]
#   Jinja2: postgres://app:p/w@db/app
#   Ansible: "postgres://app:p/w@db/app"
#   nunjucks: postgres://app:p%2Fw@db/app
#   host of Jinja2's address: app
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

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts nunjucks@3.2.4 >> npm.log

template='postgres://app:{{ password | urlencode }}@db/app'
url=$(venv/bin/python -c 'import sys, jinja2; print(jinja2.Template(sys.argv[1]).render(password="p/w"))' "$template")
same "Jinja2" postgres://app:p/w@db/app "$url"
same "Ansible" '"postgres://app:p/w@db/app"' "$(venv/bin/ansible localhost -c local -e password=p/w -m ansible.builtin.debug -a "msg='$template'" | grep -o '"postgres.*"')"
same "nunjucks" postgres://app:p%2Fw@db/app "$(node -p 'require("nunjucks").renderString(process.argv[1], {password: "p/w"})' "$template")"
same "host of Jinja2's address" app "$(venv/bin/python -c 'import sys, urllib.parse as u; print(u.urlsplit(sys.argv[1]).hostname)' "$url")"
