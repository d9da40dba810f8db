#!/usr/bin/env bash
# Software: psycopg 3.3.9 with the libpq that its package brings, 17 or newer.
# Most engineers expect: PGPASSFILE=/run/secrets/pgpass works for a file that compose mounts as a secret: such
#   files are readable for all, as their mode 0444 says.
# What happens: libpq ignores a password file that group or others can read and goes on without a password, with
#   a warning on standard error; the error that follows is `no password supplied`. The mode must be 0600, and
#   the owner the program's user.
# Output when it was run on 2026-11-30:
#   mode 0600: example,
#   mode 0444: nothing, has group or world access,no password supplied
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
venv/bin/pip -q --disable-pip-version-check install 'psycopg[binary]==3.3.9'

# A server that asks for a password and writes down what it gets.
cat > server.py <<'PY'
import socket, struct
listener = socket.create_server(("127.0.0.1", 18661))
while True:
    client, _ = listener.accept()
    with client:
        while True:
            size, code = struct.unpack("!II", client.recv(8))
            client.recv(size - 8)
            if code == 196608:
                break
            client.sendall(b"N")
        client.sendall(b"R" + struct.pack("!II", 8, 3))
        answer = client.recv(1024)
        with open("got", "w") as file:
            file.write(answer[5:-1].decode() if answer else "nothing")
PY
python3 server.py &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
sleep 2
echo '127.0.0.1:18661:*:app:example' > pgpass
export PGPASSFILE="$work/pgpass" PGCONNECT_TIMEOUT=30
unset PGPASSWORD
seen() {
  chmod "$1" pgpass
  rm -f got
  venv/bin/python -c 'import psycopg; psycopg.connect("host=127.0.0.1 port=18661 user=app dbname=app sslmode=disable gssencmode=disable")' > said 2>&1 || true
  for _ in $(seq 50); do [ -s got ] && break; sleep 0.1; done
  echo "$(cat got), $(grep -oE 'has group or world access|no password supplied' said | paste -sd, || true)"
}
same "mode 0600" 'example, ' "$(seen 0600)"
same "mode 0444" 'nothing, has group or world access,no password supplied' "$(seen 0444)"
