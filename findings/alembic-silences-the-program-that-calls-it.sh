#!/usr/bin/env bash
# Software: alembic 1.20.1 with SQLAlchemy, Python 3.11 or newer.
# Most engineers expect: A service that calls `alembic.command.upgrade(config, 'head')` when it starts logs as
#   before afterwards.
# What happens: The migrations/env.py that `alembic init` writes calls `fileConfig()`, which turns off each
#   logger that exists and sets the root's level to WARNING: from the migration on, the service logs nothing,
#   its errors neither, and neither does a server that was imported before. With
#   `disable_existing_loggers=False` the errors are there, in alembic's form on standard error; without the call
#   all is as before.
# Output when it was run on 2026-12-01:
#   alembic           1.20.1
#   as alembic init writes it: INFO starts
#   with disable_existing_loggers=False: INFO starts, ERROR can not reach the database
#   without the call: INFO starts, INFO serves, ERROR can not reach the database
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
venv/bin/pip -q --disable-pip-version-check install 'alembic==1.20.1'
venv/bin/pip list 2>/dev/null | grep '^alembic '
cat > service.py <<'PY'
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(name)s: %(message)s")
log = logging.getLogger("service")
log.info("starts")
from alembic import command
from alembic.config import Config
command.upgrade(Config("alembic.ini"), "head")
log.info("serves")
log.error("can not reach the database")
PY
venv/bin/alembic init migrations > said 2>&1
sed -i 's#^sqlalchemy.url = .*#sqlalchemy.url = sqlite:/''//app.db#' alembic.ini
# alembic's handler writes to standard error, in its own form.
seen() { venv/bin/python service.py 2>&1 | sed -nE 's/^([A-Z]+) +(service:|\[service\]) /\1 /p' | paste -sd, | sed 's/,/, /g'; }
same "as alembic init writes it" 'INFO starts' "$(seen)"
sed -i 's/fileConfig(config.config_file_name)/fileConfig(config.config_file_name, disable_existing_loggers=False)/' migrations/env.py
same "with disable_existing_loggers=False" 'INFO starts, ERROR can not reach the database' "$(seen)"
sed -i 's/fileConfig(config.config_file_name, .*/pass/' migrations/env.py
same "without the call" 'INFO starts, INFO serves, ERROR can not reach the database' "$(seen)"
