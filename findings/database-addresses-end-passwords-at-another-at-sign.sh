#!/usr/bin/env bash
# Software: SQLAlchemy 2.0.44, psycopg 3.2.10 (with libpq), dj-database-url 3.0.1 (Python), pg-connection-string 2.9.1 (Node.js),
#   which read one DATABASE_URL.
# Most engineers expect: a password with `@` that nobody has encoded works with all clients or with none.
# What happens: dj-database-url and node-postgres end it at the last `@`, SQLAlchemy and libpq at the first one: the rest of
#   the password is a part of the host, whose name is then asked of the resolver and printed with the error. With a slash
#   SQLAlchemy still takes the password whole, libpq takes the user for the host, and dj-database-url refuses the address.
# Output when it was run on 2026-12-01:
#   SQLAlchemy, pa@ss: password pa, host ss@db
#   psycopg, pa@ss: password pa, host ss@db
#   dj-database-url, pa@ss: password pa@ss, host db
#   pg-connection-string, pa@ss: password pa@ss, host db
#   SQLAlchemy, pa/ss: password pa/ss, host db
#   psycopg, pa/ss: password None, host app
#   dj-database-url, pa/ss: ParseError
#   all of them, pa%40ss: pa@ss pa@ss pa@ss pa@ss
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
venv/bin/pip -q --disable-pip-version-check install 'SQLAlchemy==2.0.44' 'psycopg[binary]==3.2.10' 'dj-database-url==3.0.1'
npm init -y > /dev/null
npm install --silent --no-audit --no-fund pg-connection-string@2.9.1 > /dev/null

cat > read.py <<'PY'
import sys

import dj_database_url
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import make_url

reader, address = sys.argv[1:]
try:
    if reader == "SQLAlchemy":
        found = make_url(address)
        password, host = found.password, found.host
    elif reader == "psycopg":
        found = conninfo_to_dict(address)
        password, host = found.get("password"), found.get("host")
    else:
        found = dj_database_url.parse(address)
        password, host = found["PASSWORD"], found["HOST"]
    print(f"password {password}, host {host}")
except Exception as error:
    print(type(error).__name__)
PY
cat > read.js <<'JS'
const found = require('pg-connection-string').parse(process.argv[2]);
console.log(`password ${found.password}, host ${found.host}`);
JS
of() { venv/bin/python read.py "$1" "postgresql://app:$2@db:5432/notes"; }
node_reads() { node read.js "postgresql://app:$1@db:5432/notes"; }

same "SQLAlchemy, pa@ss" "password pa, host ss@db" "$(of SQLAlchemy pa@ss)"
same "psycopg, pa@ss" "password pa, host ss@db" "$(of psycopg pa@ss)"
same "dj-database-url, pa@ss" "password pa@ss, host db" "$(of dj-database-url pa@ss)"
same "pg-connection-string, pa@ss" "password pa@ss, host db" "$(node_reads pa@ss)"
same "SQLAlchemy, pa/ss" "password pa/ss, host db" "$(of SQLAlchemy pa/ss)"
same "psycopg, pa/ss" "password None, host app" "$(of psycopg pa/ss)"
same "dj-database-url, pa/ss" "ParseError" "$(of dj-database-url pa/ss)"
all=$(for reader in SQLAlchemy psycopg dj-database-url; do of "$reader" pa%40ss; done; node_reads pa%40ss)
same "all of them, pa%40ss" "pa@ss pa@ss pa@ss pa@ss" "$(sed 's/password \(.*\), host db/\1/' <<< "$all" | xargs)"
