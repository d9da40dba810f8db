#!/usr/bin/env bash
# Software: Redis 8.0.2 (Debian trixie).
# Most engineers expect: `requirepass` stays in force when `aclfile` is added to give the application a user of
#   its own: who sends no password is refused.
# What happens: With an ACL file `requirepass` is ignored, without a word in the log: a file that does not name
#   the user `default` leaves it without a password and with every right. `user default off`, or `user default
#   on >…`, belongs in the file.
# Output when it was run on 2026-11-30:
#   Redis server v=8.0.2
#   requirepass: NOAUTH, 0 lines of the log about it
#   requirepass and aclfile: PONG, 0 lines of the log about it
#   with the user default in the file: NOAUTH, 0 lines of the log about it
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
"${apt[@]}" download 'redis-server=5:8.0.2-*' 'redis-tools=5:8.0.2-*' libc6 libatomic1 libjemalloc2 liblzf1 libssl3t64 libsystemd0 libcap2 liblua5.1-0 \
  libstdc++6 libgcc-s1 libzstd1 zlib1g >> apt/log 2>&1
for package in *.deb; do dpkg -x "$package" root; done

# With the libraries of the same release, whatever the machine has.
libraries=$work/root/usr/lib/x86_64-linux-gnu
with_libraries() { "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/systemd" "$@"; }

# Takes the shell's place, so that it can be ended by its number.
start() { exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$@"; }

with_libraries root/usr/bin/redis-server --version | grep -oE '^Redis server v=[0-9.]+'
seen() {
  rm -f socket
  start root/usr/bin/redis-server redis.conf > log 2>&1 &
  server=$!
  for _ in $(seq 300); do [ -S socket ] && break; sleep 0.1; done
  echo "$(with_libraries root/usr/bin/redis-cli -s "$work/socket" ping 2>&1 | grep -oE 'PONG|NOAUTH'), $(grep -ci requirepass log) lines of the log about it"
  kill "$server"
  wait "$server" 2> /dev/null || true
}
printf 'port 0\nunixsocket %s/socket\nsave ""\nrequirepass example\n' "$work" > redis.conf
same "requirepass" 'NOAUTH, 0 lines of the log about it' "$(seen)"
echo "aclfile $work/users.acl" >> redis.conf
echo 'user app on >app-password ~* +@all' > users.acl
same "requirepass and aclfile" 'PONG, 0 lines of the log about it' "$(seen)"
echo 'user default on >example ~* &* +@all' >> users.acl
same "with the user default in the file" 'NOAUTH, 0 lines of the log about it' "$(seen)"
