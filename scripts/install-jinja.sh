#!/usr/bin/env bash
# Installs the Jinja2 and the Ansible that the conformance tests compare with, below .tools/.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.tools/jinja
[ -x "$venv/bin/python" ] && "$venv/bin/python" -c 'import ansible, jinja2' 2>/dev/null && exit 0
scripts/python-packages.sh "$venv" 'jinja2==3.1.6' 'ansible-core==2.17.14' 'PyYAML==6.0.3'
