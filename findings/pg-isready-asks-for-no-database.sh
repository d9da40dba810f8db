#!/usr/bin/env bash
# Software: pg_isready and PostgreSQL 16.2 (in pgserver 0.1.4, PyPI).
# Most engineers expect: `pg_isready -U app -d shop`, the health check of most compose files, fails until the
#   database `shop` and the user exist and the user may log in: it is given both.
# What happens: Both are sent and the refusal counts as an answer: with a database that does not exist, or a
#   user that does not, it says `accepting connections` and ends with 0, so `service_healthy` holds while the
#   first start still creates them, or will never. `psql -c 'select 1'` fails in both cases.
# Output when it was run on 2026-12-01:
#   pg_isready (PostgreSQL) 16.2
#   pg_isready, no such database: exit code 0, accepting connections
#   pg_isready, no such user: exit code 0, accepting connections
#   psql -c, no such database: exit code 2, database "shop" does not exist
#   psql -c, no such user: exit code 2, role "nobody" does not exist
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

"$bin/pg_isready" --version
seen() { "$@" > said 2>&1 && code=0 || code=$?; echo "exit code $code, $(grep -oE 'accepting connections|database "shop" does not exist|role "nobody" does not exist|no response' said || true)"; }
same "pg_isready, no such database" 'exit code 0, accepting connections' "$(seen "$bin/pg_isready" -U app -d shop)"
same "pg_isready, no such user" 'exit code 0, accepting connections' "$(seen "$bin/pg_isready" -U nobody -d postgres)"
same "psql -c, no such database" 'exit code 2, database "shop" does not exist' "$(seen "$bin/psql" -U app -d shop -c 'select 1')"
same "psql -c, no such user" 'exit code 2, role "nobody" does not exist' "$(seen "$bin/psql" -U nobody -d postgres -c 'select 1')"
