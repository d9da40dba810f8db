#!/usr/bin/env bash
# Software: django-environ 0.14.0.
# Most engineers expect: `env('DB_PASSWORD')` is the value of the variable, whatever characters it has: it comes
#   from the environment, where nothing is left to be expanded.
# What happens: A value that begins with a dollar is the name of another variable: the generated password
#   `$ecret` is an error about a variable `ecret`, `$USER` is the name of the user, and with a default the
#   default is used without a word. A dollar elsewhere in the value is kept. `\$ecret` with `escape_proxy=True`
#   is the text.
# Output when it was run on 2026-12-01:
#   django-environ 0.14.0
#   pa$word: pa$word
#   $ecret: Set the ecret environment variable
#   $DEPLOY_ROLE: reader
#   $ecret, with a default: changeme
#   with escape_proxy=True, \$ecret: $ecret
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
venv/bin/pip -q --disable-pip-version-check install 'django-environ==0.14.0'
venv/bin/pip list 2>/dev/null | grep '^django-environ '
seen() {
  env "DB_PASSWORD=$1" DEPLOY_ROLE=reader venv/bin/python -c '
import sys, environ
env = environ.Env()
try:
    print(env("DB_PASSWORD", **({"default": sys.argv[1]} if len(sys.argv) > 1 else {})))
except environ.ImproperlyConfigured as error:
    print(error)
' "${@:2}"
}
same 'pa$word' 'pa$word' "$(seen 'pa$word')"
same '$ecret' 'Set the ecret environment variable' "$(seen '$ecret')"
same '$DEPLOY_ROLE' 'reader' "$(seen '$DEPLOY_ROLE')"
same '$ecret, with a default' 'changeme' "$(seen '$ecret' changeme)"
same 'with escape_proxy=True, \$ecret' '$ecret' "$(env 'DB_PASSWORD=\$ecret' venv/bin/python -c '
import environ
env = environ.Env()
env.escape_proxy = True
print(env("DB_PASSWORD"))')"
