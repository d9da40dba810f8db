#!/usr/bin/env bash
# Software: psql and PostgreSQL 16.2 (in pgserver 0.1.4, PyPI).
# Most engineers expect: `psql -f migrate.sql`, and `psql < dump.sql` in a restore, end with an error where a
#   statement fails, so that the deployment stops: `psql -c` does.
# What happens: The failed statement is printed, the rest is run, and the exit code is 0: half a migration is
#   reported as done, and half a backup as restored; `set -e` and an init container notice nothing. `-v
#   ON_ERROR_STOP=1` ends it with 3; `-1` alone runs all in one transaction, rolls it back, and succeeds too.
# Output when it was run on 2026-12-01:
#   psql (PostgreSQL) 16.2
#   -c: exit code 1, 0 of 2 tables
#   -f migrate.sql: exit code 0, 2 of 2 tables
#   < migrate.sql: exit code 0, 2 of 2 tables
#   -1 -f migrate.sql: exit code 0, 0 of 2 tables
#   -v ON_ERROR_STOP=1 -f migrate.sql: exit code 3, 1 of 2 tables
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
# The programs out of a package that has them.
venv/bin/pip -q --disable-pip-version-check download --no-deps --only-binary :all: --python-version 3.12 --platform manylinux2014_x86_64 'pgserver==0.1.4'
venv/bin/python -c 'import glob, zipfile; zipfile.ZipFile(glob.glob("pgserver-*.whl")[0]).extractall()'
bin=$work/pgserver/pginstall/bin
chmod 755 "$work" "$bin"/*
# The server does not run as root.
own() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
mkdir -m 777 data
[ "$(id -u)" != 0 ] || chown 65534:65534 data
export LC_ALL=C PGHOST=$work/data PGUSER=app PGDATABASE=postgres
own "$bin/initdb" -D data/cluster -U app --auth trust --no-sync > said
printf "listen_addresses = ''\nunix_socket_directories = '%s'\n" "$work/data" >> data/cluster/postgresql.conf
own "$bin/pg_ctl" -D data/cluster -w -l data/log start > said
trap 'own "$bin/pg_ctl" -D data/cluster -m immediate stop > said 2>&1 || true; rm -rf "$work"' EXIT

"$bin/psql" --version
printf 'create table first (id int);\ninsert into nowhere values (1);\ncreate table last (id int);\n' > migrate.sql
seen() {
  "$bin/psql" -q -c 'drop table if exists first, last' 2> /dev/null
  "$bin/psql" -q "$@" > said 2>&1 && code=0 || code=$?
  echo "exit code $code, $("$bin/psql" -Atc 'select count(*) from pg_tables where tablename in ($$first$$, $$last$$)') of 2 tables"
}
same "-c" 'exit code 1, 0 of 2 tables' "$(seen -c 'insert into nowhere values (1)')"
same "-f migrate.sql" 'exit code 0, 2 of 2 tables' "$(seen -f migrate.sql)"
same "< migrate.sql" 'exit code 0, 2 of 2 tables' "$(seen < migrate.sql)"
same "-1 -f migrate.sql" 'exit code 0, 0 of 2 tables' "$(seen -1 -f migrate.sql)"
same "-v ON_ERROR_STOP=1 -f migrate.sql" 'exit code 3, 1 of 2 tables' "$(seen -v ON_ERROR_STOP=1 -f migrate.sql)"
