#!/usr/bin/env bash
# Software: ruamel.yaml 0.19.1, PyYAML 6.0.4, pretty-format-yaml of language-formatters-pre-commit-hooks 2.16.0.
# Most engineers expect: ruamel.yaml is the library that keeps a file as it is, comments included: what a script
#   or a formatter writes back with it means the same.
# What happens: It reads and writes YAML 1.2 and drops quotes that only YAML 1.1 needs: `restart: "no"`, `"on"`
#   and `"22:22"` come back bare. PyYAML, and with it Ansible and podman-compose, reads false, true and 1342.
#   `preserve_quotes = True` keeps them, as does `--preserve-quotes` of the formatter.
# Output when it was run on 2026-12-01:
#   PyYAML                               6.0.4
#   ruamel.yaml                          0.19.1
#   before: no on 22:22
#   as ruamel.yaml writes it: # for all hosts|restart: no|debug: on|ports: 22:22
#   and PyYAML reads that: False True 1342
#   pretty-format-yaml: False True 1342
#   preserve_quotes: no on 22:22
#   --preserve-quotes: no on 22:22
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
venv/bin/pip -q --disable-pip-version-check install 'ruamel.yaml==0.19.1' 'pyyaml==6.0.4' 'language-formatters-pre-commit-hooks==2.16.0'
venv/bin/pip list 2>/dev/null | grep -iE '^(ruamel.yaml|pyyaml|language-formatters-pre-commit-hooks) '
original() { printf '# for all hosts\nrestart: "no"\ndebug: "on"\nports: "22:22"\n'; }
cat > ask.py <<'PY'
import sys
import ruamel.yaml
yaml = ruamel.yaml.YAML()
yaml.preserve_quotes = len(sys.argv) > 1
yaml.dump(yaml.load(sys.stdin), sys.stdout)
PY
read_by_pyyaml() { venv/bin/python -c 'import sys, yaml; print(*yaml.safe_load(sys.stdin).values())'; }
formatted() { original > vars.yml; venv/bin/pretty-format-yaml --autofix "$@" vars.yml > log 2>&1 || true; cat vars.yml; }
same "before" 'no on 22:22' "$(original | read_by_pyyaml)"
same "as ruamel.yaml writes it" '# for all hosts|restart: no|debug: on|ports: 22:22' "$(original | venv/bin/python ask.py | paste -sd'|')"
same "and PyYAML reads that" 'False True 1342' "$(original | venv/bin/python ask.py | read_by_pyyaml)"
same "pretty-format-yaml" 'False True 1342' "$(formatted | read_by_pyyaml)"
same "preserve_quotes" 'no on 22:22' "$(original | venv/bin/python ask.py keep | read_by_pyyaml)"
same "--preserve-quotes" 'no on 22:22' "$(formatted --preserve-quotes | read_by_pyyaml)"
