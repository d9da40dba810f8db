#!/usr/bin/env bash
# Software: pydantic-settings 2.16.3.
# Most engineers expect: An application that reads the project's .env takes what it knows; other variables, such
#   as those of compose, do not concern it, as in the environment.
# What happens: An unknown name in the file is an error, while the same name in the environment is not: adding
#   COMPOSE_PROJECT_NAME to .env stops the application. `extra="ignore"` helps.
# Output when it was run on 2026-11-29:
#   in the environment: 8080
#   in .env: extra_forbidden compose_project_name
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
venv/bin/pip -q --disable-pip-version-check install 'pydantic-settings==2.16.3'

cat > app.py <<'PY'
from pydantic_settings import BaseSettings, SettingsConfigDict
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")
    port: int = 80
try:
    print(Settings().port)
except ValueError as error:
    print(error.errors()[0]["type"], error.errors()[0]["loc"][0])
PY
echo 'PORT=8080' > .env
same "in the environment" 8080 "$(COMPOSE_PROJECT_NAME=shop venv/bin/python app.py)"
echo 'COMPOSE_PROJECT_NAME=shop' >> .env
same "in .env" 'extra_forbidden compose_project_name' "$(venv/bin/python app.py)"
