# What the scripts of questions.yaml may call; prove.py sets COMPOSE, ANSIBLE, QUADLET or SYSTEMD to the release that is asked.

# docker compose: prints a Python expression over its JSON (`d`, `s` the service app, `here` the folder), or `refused`.
# More arguments go before `config`.
config() {
  local expression=$1
  shift
  if "$COMPOSE" "$@" config --format json > said.json 2> errors; then
    python3 -c '
import json, os, sys
d = json.load(open("said.json"))
s, here = d.get("services", {}).get("app", {}), os.getcwd()
value = eval(sys.argv[1])
print(value if isinstance(value, str) else json.dumps(value))' "$expression"
  else
    echo refused
  fi
}

# Ansible: the playbook of the folder, and what one expression is.
play() { "$ANSIBLE/ansible-playbook" -i localhost, -c local play.yml "$@" 2>&1; }
says() {
  "$ANSIBLE/ansible" localhost -i localhost, -c local -m ansible.builtin.debug -a "msg=\"<{{ $1 }}>\"" > said 2>&1 || { echo error; return; }
  sed -n 's/.*"msg": "<\(.*\)>".*/\1/p' said
}

# Quadlet: the units that it makes of the folder.
unit() { QUADLET_UNIT_DIRS=$PWD "$QUADLET" -dryrun; }

# systemd, with the libraries of its own release.
with_libraries() { "$SYSTEMD/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" --library-path "$SYSTEMD/usr/lib/x86_64-linux-gnu:$SYSTEMD/usr/lib/x86_64-linux-gnu/systemd" "$@"; }
analyze() { TZ=UTC with_libraries "$SYSTEMD/usr/bin/systemd-analyze" "$@"; }
escape() { with_libraries "$SYSTEMD/usr/bin/systemd-escape" "$@"; }
verify() { if analyze verify --man=no "./$1" > said 2>&1 && ! grep -q "$1:" said; then echo accepted; else echo refused; fi; }
