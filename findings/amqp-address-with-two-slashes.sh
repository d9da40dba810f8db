#!/usr/bin/env bash
# Software: kombu 5.7.0 (celery's reader), aiormq 7.2.4, pika 1.4.4 (Python).
# Most engineers expect: `amqp://app:example@queue//`, the address that celery's documentation shows, is the
#   virtual host `/` for each client of the broker; `amqp://…/orders` and `amqp://…//orders` differ.
# What happens: pika takes the second slash for the end of the name: the virtual host is the empty text, which
#   no broker has, and of `//orders` nothing is left. kombu and aiormq read `/` and `/orders`. `/%2F` is `/` for
#   all three.
# Output when it was run on 2026-11-30:
#   //: kombu [/] aiormq [/] pika []
#   //orders: kombu [/orders] aiormq [/orders] pika []
#   /orders: kombu [orders] aiormq [orders] pika [orders]
#   /%2F: kombu [/] aiormq [/] pika [/]
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
venv/bin/pip -q --disable-pip-version-check install 'kombu==5.7.0' 'pika==1.4.4' 'aiormq==7.2.4'

cat > ask.py <<'PY'
import asyncio, sys
import aiormq.connection, kombu, pika
address = "amqp:/" + "/app:example@queue" + sys.argv[1]
async def of_aiormq():
    return aiormq.connection.Connection(address).vhost
print(f"kombu [{kombu.Connection(address).virtual_host}] aiormq [{asyncio.run(of_aiormq())}] pika [{pika.URLParameters(address).virtual_host}]")
PY
seen() { venv/bin/python ask.py "$1"; }
same "//" 'kombu [/] aiormq [/] pika []' "$(seen //)"
same "//orders" 'kombu [/orders] aiormq [/orders] pika []' "$(seen //orders)"
same "/orders" 'kombu [orders] aiormq [orders] pika [orders]' "$(seen /orders)"
same "/%2F" 'kombu [/] aiormq [/] pika [/]' "$(seen /%2F)"
