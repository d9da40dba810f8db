#!/usr/bin/env bash
# Software: supervisor 4.3.0.
# Most engineers expect: The command in quotes, `/bin/sh -c "migrate ; serve"`, is passed whole.
# What happens: A semicolon behind a space starts a comment, in quotes too: the command is `/bin/sh -c
#   "migrate`, and the program never starts. Without the space before it, `migrate; serve`, it works.
# Output when it was run on 2026-11-29:
#   "echo one ; echo two":  No closing quotation
#   "echo one; echo two": one two
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
venv/bin/pip -q --disable-pip-version-check install 'supervisor==4.3.0'

config() {
  cat <<CONF
[supervisord]
nodaemon=true
logfile=$work/log
pidfile=$work/pid
[program:app]
command=/bin/sh -c "echo one$1 echo two"
autorestart=false
startretries=0
startsecs=0
stdout_logfile=$work/out
CONF
}
run() {
  : > out
  config "$1" > app.conf
  venv/bin/supervisord -c app.conf > said 2>&1 &
  server=$!
  sleep 4
  kill "$server"
  wait "$server" || true
  printf '%s' "$(xargs < out) $(grep -o 'No closing quotation' log | sed -n 1p || true)"
  rm log
}
same '"echo one ; echo two"' ' No closing quotation' "$(run ' ;')"
same '"echo one; echo two"' 'one two ' "$(run ';')"
