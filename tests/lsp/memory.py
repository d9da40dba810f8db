"""The server's memory over 10,000 edits: what it holds after 1,000 is what it holds after all, give or take a fifth.

Linux may put pages of two megabytes for many small ones at any time, which then count whole although little of them is used.
That is no growth by edits: up to three servers are asked, and one that stays flat is enough. What is lost with each edit is lost
in all of them.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

EDITS = 10_000
SERVERS = 3


def resident(pid: int) -> int:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def huge(pid: int) -> int:
    mapped = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in mapped.splitlines() if line.startswith("AnonHugePages"))


def flat() -> bool:
    folder = pathlib.Path(tempfile.mkdtemp()).resolve()
    path = folder / "compose.yml"
    text = "services:\n  web:\n    image: redis:latest\n"
    path.write_text(text)
    server = subprocess.Popen([os.environ["DEPLOYLINT"], "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        server.stdin.flush()

    def ask(number: int, method: str, params: object) -> None:
        send({"id": number, "method": method, "params": params})
        while True:
            length = 0
            while line := server.stdout.readline().strip():
                length = int(line.split()[1]) if line.startswith(b"Content-Length") else length
            message = json.loads(server.stdout.read(length))
            if message.get("id") == number:
                return

    uri = path.as_uri()
    ask(1, "initialize", {"processId": None, "capabilities": {}, "workspaceFolders": [{"uri": folder.as_uri(), "name": "x"}]})
    send({"method": "initialized", "params": {}})
    send({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}}})
    early = before = 0
    for edit in range(1, EDITS + 1):
        new = text.replace("latest", f"7.{edit}")
        send({"method": "textDocument/didChange", "params": {"textDocument": {"uri": uri, "version": edit + 1}, "contentChanges": [{"text": new}]}})
        ask(edit + 1, "deploylint/sync", None)
        if edit == EDITS // 10:
            early, before = resident(server.pid), huge(server.pid)
    late, after = resident(server.pid), huge(server.pid)
    print(f"memory: {early} kB after {EDITS // 10} edits ({before} kB in huge pages), {late} kB after {EDITS} ({after} kB)")
    server.kill()
    server.wait()
    return late <= early * 1.2


def main() -> int:
    return 0 if any(flat() for _ in range(SERVERS)) else 1


if __name__ == "__main__":
    sys.exit(main())
