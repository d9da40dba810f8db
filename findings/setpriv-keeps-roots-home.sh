#!/usr/bin/env bash
# Software: setpriv of util-linux 2.41, chpst of runit 2.2.0, gosu 1.17 (Debian trixie), supervisor 4.3.0; run
#   as root.
# Most engineers expect: An entry point that leaves root behind with `exec setpriv --reuid=app --regid=app
#   --clear-groups`, `chpst -u app`, or `user=app` in supervisor's file, gives the program the home of that
#   user, as gosu and `su` do.
# What happens: Only the numbers change. HOME stays /root, where the program may neither read its configuration
#   nor write its state: it starts without both, or fails where gosu was replaced by setpriv to save a package.
#   `setpriv --reset-env`, or `environment=HOME="…"` in supervisor's file, sets it.
# Output when it was run on 2026-12-01:
#   gosu nobody: /nonexistent
#   setpriv --reuid=nobody: /root
#   setpriv --reuid=nobody --reset-env: /nonexistent
#   chpst -u nobody: /root
#   supervisor, user=nobody: home /root of nobody
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Prints what was seen and fails where it is not what was seen before.
same() {
  printf '%s: %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'changed, it was: %s\n' "$2" >&2; exit 1; }
}

# Packages of Debian trixie, unpacked into the folder; nothing is installed on the machine.
mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial root
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  grep -qi debian "$file" 2>/dev/null || continue
  case $file in *.sources) awk -v RS= -v ORS='\n\n' '!/security/' "$file" ;; *) grep -v security "$file" ;; esac |
    sed -E 's/\b[a-z]+-(updates|backports)\b//g; s/\b(bullseye|bookworm|trixie|forky|sid|stable|testing|unstable)\b/trixie/g' \
      > "apt/sources/${file##*/}"
done
apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/apt/sources" -o "Dir::State::Lists=$work/apt/lists"
  -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update > apt/log 2>&1
"${apt[@]}" download 'util-linux=2.41*' 'runit=2.2.0-*' 'gosu=1.17-*' libc6 libcap-ng0 libselinux1 libpcre2-8-0 >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

python3 -m venv venv
venv/bin/pip -q --disable-pip-version-check install 'supervisor==4.3.0'
if [ "$(id -u)" != 0 ]; then echo 'run as root' >&2; exit 1; fi
# The user nobody is on each Debian; its home is /nonexistent.
chmod 755 "$work"
export HOME=/root
home() { "$@" "$(command -v env)" | sed -n 's/^HOME=//p'; }
same "gosu nobody" /nonexistent "$(home root/usr/sbin/gosu nobody)"
same "setpriv --reuid=nobody" /root "$(home with_libraries root/usr/bin/setpriv --reuid=nobody --regid=nogroup --clear-groups)"
same "setpriv --reuid=nobody --reset-env" /nonexistent "$(home with_libraries root/usr/bin/setpriv --reuid=nobody --regid=nogroup --clear-groups --reset-env)"
same "chpst -u nobody" /root "$(home with_libraries root/usr/bin/chpst -u nobody)"
cat > supervisord.conf <<CONF
[supervisord]
logfile=$work/log
pidfile=$work/pid
nodaemon=true
user=root
[program:app]
command=/bin/sh -c 'echo "home \$HOME of \$(id -un)"'
user=nobody
stdout_logfile=$work/out
startsecs=0
autorestart=false
CONF
venv/bin/supervisord -c supervisord.conf > said 2>&1 &
server=$!
for _ in $(seq 300); do grep -q home out 2> /dev/null && break; sleep 0.1; done
kill "$server"
for _ in $(seq 100); do kill -0 "$server" 2> /dev/null || break; sleep 0.1; done
kill -9 "$server" 2> /dev/null || true
wait "$server" 2> /dev/null || true
same "supervisor, user=nobody" 'home /root of nobody' "$(cat out)"
