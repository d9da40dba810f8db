"""A fake OpenAI on 127.0.0.1 that answers every chat and keeps what it was sent.

Nothing leaves the machine: LiteLLM is given this address as the provider's. What the answers prove is left to `runner`.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Provider:
    """The server, with the requests that it got since the last `clear`."""

    def __init__(self):
        self.requests = []
        self.tokens = 30
        self.delay = 0.0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers.get("content-length", 0))
                body = json.loads(self.rfile.read(length) or b"{}")
                provider.requests.append({"authorization": self.headers.get("authorization"), "body": body})
                if provider.delay:
                    threading.Event().wait(provider.delay)
                self.answer(provider.chat(body))

            def do_GET(self):
                self.answer({"object": "list", "data": []})

            def answer(self, payload):
                data = json.dumps(payload).encode()
                try:
                    self.send_response(200)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # The client gave up, which a timeout is meant to show.

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def clear(self, tokens, delay):
        self.requests, self.tokens, self.delay = [], tokens, delay

    def chat(self, body):
        prompt = min(10, self.tokens)
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": body.get("model", "none"),
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "ok"}}],
            "usage": {
                "prompt_tokens": prompt,
                "completion_tokens": self.tokens - prompt,
                "total_tokens": self.tokens,
            },
        }
