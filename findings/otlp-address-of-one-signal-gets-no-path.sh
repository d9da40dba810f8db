#!/usr/bin/env bash
# Software: opentelemetry-exporter-otlp-proto-http 1.45.2 (Python), @opentelemetry/exporter-trace-otlp-http
#   0.223.1 (npm).
# Most engineers expect: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT takes the collector's address, as
#   OTEL_EXPORTER_OTLP_ENDPOINT does: the exporters append `/v1/traces`.
# What happens: Only the general variable gets the path appended. The one for traces is used as it is: the spans
#   are sent to `/`, which a collector answers with 404. It needs the whole address, `…:4318/v1/traces`.
# Output when it was run on 2026-11-30:
#   the general variable, Python: POST /v1/traces
#   the one for traces, Python: POST /
#   the general variable, Node: POST /v1/traces
#   the one for traces, Node: POST /
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
venv/bin/pip -q --disable-pip-version-check install 'opentelemetry-exporter-otlp-proto-http==1.45.2' 'opentelemetry-sdk==1.45.2'

npm init -y > npm.log
npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/exporter-trace-otlp-http@0.223.1 @opentelemetry/sdk-trace-base@2.12.1 >> npm.log

# A server that writes down what it was asked for.
cat > server.py <<'PY'
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        with open(sys.argv[2], "a") as log:
            print(self.command, self.path, self.headers.get("authorization", "-"), file=log)
        body = sys.argv[3].encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_POST = do_GET
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
PY
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
serve() {
  python3 server.py "$1" "$2" "$3" &
  servers+=($!)
  for _ in $(seq 300); do (: < "/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.2; done
}

serve 18551 log '{}'
unset HTTP_PROXY http_proxy ALL_PROXY all_proxy
cat > ask.py <<'PY'
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
with provider.get_tracer("app").start_as_current_span("request"):
    pass
provider.shutdown()
PY
cat > ask.mjs <<'JS'
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter())] });
provider.getTracer("app").startSpan("request").end();
await provider.shutdown();
JS
path() { rm -f log; env "$1=http:/""/127.0.0.1:18551" "${@:2}" > /dev/null 2>&1 || true; cut -d' ' -f1,2 log; }
same "the general variable, Python" 'POST /v1/traces' "$(path OTEL_EXPORTER_OTLP_ENDPOINT venv/bin/python ask.py)"
same "the one for traces, Python" 'POST /' "$(path OTEL_EXPORTER_OTLP_TRACES_ENDPOINT venv/bin/python ask.py)"
same "the general variable, Node" 'POST /v1/traces' "$(path OTEL_EXPORTER_OTLP_ENDPOINT node ask.mjs)"
same "the one for traces, Node" 'POST /' "$(path OTEL_EXPORTER_OTLP_TRACES_ENDPOINT node ask.mjs)"
