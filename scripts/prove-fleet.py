#!/usr/bin/env python3
"""Proves examples/fleet on a cluster of two workers: 36 repositories, a worker killed in the middle, a second run, the questions.

Run by tests/all/fleet.rs with the Python that scripts/install-fleet.sh makes; `DEPLOYLINT` is the program.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

import pyarrow.parquet as pq
from distributed import Client, LocalCluster

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "examples" / "fleet"))
import ask  # noqa: E402
import fleet  # noqa: E402

PROGRAM = os.environ["DEPLOYLINT"]
COUNT = 36
GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]


def commit(folder: pathlib.Path, images: list[str], socket: bool) -> None:
    lines = ["services:"]
    for at, image in enumerate(images):
        lines += [f"  s{at}:", f"    image: {image}"]
        if socket and at == 0:
            lines += ["    volumes: ['/var/run/docker.sock:/var/run/docker.sock']"]
    (folder / "compose.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for command in (["add", "."], ["commit", "--quiet", "--message", "x"]):
        subprocess.run([*GIT, *command], cwd=folder, check=True)


def images(at: int) -> list[str]:
    return ["redis:latest" if at % 3 == 0 else "redis:7.4.2", "nginx:latest" if at % 4 == 0 else "nginx:1.27.3"]


def findings(folder: pathlib.Path) -> list[tuple]:
    done = subprocess.run([PROGRAM, "check", ".", "--format", "json", "--isolated"], cwd=folder, capture_output=True, check=False)
    return sorted((f["rule"], f["path"], f["line"], f["message"]) for f in json.loads(done.stdout)["findings"])


def stored(out: pathlib.Path, row: dict) -> list[tuple]:
    table = pq.read_table(fleet.file_of(str(out), row["repository"], row["commit"], row["version"])).to_pylist()
    return sorted((f["rule"], f["path"], f["line"], f["message"]) for f in table)


def kill_one(client: Client, workers: dict[str, int], out: pathlib.Path, killed: list[int], over: threading.Event) -> None:
    """Ends a worker that has work, once some is done and most is not; gives up when the run is over."""
    while not over.is_set():
        busy = [address for address, tasks in client.processing().items() if tasks and address in workers]
        done = len(list(out.glob("findings/*/*.parquet")))
        if busy and done >= 4:
            os.kill(workers[busy[0]], signal.SIGKILL)
            killed.append(done)
            return
        time.sleep(0.01)


def main() -> int:
    with tempfile.TemporaryDirectory() as work:
        base, out = pathlib.Path(work), pathlib.Path(work, "out")
        repositories = []
        for at in range(COUNT):
            folder = base / f"r{at:02}"
            folder.mkdir()
            subprocess.run([*GIT, "init", "--quiet"], cwd=folder, check=True)
            commit(folder, images(at), at % 6 == 0)
            repositories.append((f"team/r{at:02}", str(folder)))
        cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
        with Client(cluster) as client:
            client.wait_for_workers(2)
            killed: list[int] = []
            over = threading.Event()
            killer = threading.Thread(target=kill_one, args=(client, client.run(os.getpid), out, killed, over))
            killer.start()
            try:
                rows = fleet.run(client, repositories, str(out), "2026-W47", PROGRAM).to_pylist()
            finally:
                over.set()
                killer.join()
            assert killed, "the run ended before a worker could be killed"
            assert 4 <= killed[0] < COUNT, f"the worker was killed when {killed} of {COUNT} were done"
            assert {row["status"] for row in rows} <= {"audited", "known"}, rows
            assert [row["repository"] for row in rows] == [name for name, _ in repositories]
            for row, (_, folder) in zip(rows, repositories):
                assert stored(out, row) == findings(pathlib.Path(folder)), row
            assert len(list(out.glob("**/*.part"))) <= 1, "what is half written is the killed one's"
            size = sum(file.stat().st_size for file in out.glob("findings/*/*.parquet"))
            print(f"{size // COUNT} bytes of findings a repository")
            print(f"a worker killed after {killed[0]} of {COUNT}: all are there")

            # A week later: four have a new commit, one is gone.
            commit(base / "r01", ["redis:latest", "nginx:1.27.3"], False)
            commit(base / "r02", ["redis:7.4.2", "nginx:1.27.3"], True)
            commit(base / "r03", ["redis:7.4.2", "nginx:1.27.3"], False)
            commit(base / "r00", ["redis:latest", "nginx:latest", "caddy:latest"], True)
            os.rename(base / "r35", base / "gone")
            rows = fleet.run(client, repositories, str(out), "2026-W48", PROGRAM, window=5).to_pylist()
            states = {state: [r["repository"] for r in rows if r["status"] == state] for state in ("audited", "failed", "known")}
            assert states["audited"] == ["team/r00", "team/r01", "team/r02", "team/r03"], states
            assert states["failed"] == ["team/r35"] and len(states["known"]) == COUNT - 5, states
            print(f"a week later: {len(states['audited'])} audited, {len(states['known'])} known")
        cluster.close()

        told = ask.ask(str(out))
        float_most = dict(told["which images float most"])
        # Of the twelve with a floating redis, r03 no longer has one and r01 has.
        assert float_most == {"redis": 12, "nginx": 9, "caddy": 1}, float_most
        sockets = [name for (name,) in told["which repositories mount the socket of a container engine"]]
        assert sockets == ["team/r00", "team/r02", "team/r06", "team/r12", "team/r18", "team/r24", "team/r30"], sockets
        worse = {(name, rule) for name, rule, *_ in told["what got worse since the run before"]}
        wanted = {("team/r00", "unpinned-image"), ("team/r01", "unpinned-image"), ("team/r02", "docker-socket-mount")}
        assert wanted <= worse and {name for name, _ in worse} == {"team/r00", "team/r01", "team/r02"}, worse
        assert [name for name, _ in told["what could not be audited"]] == ["team/r35"], told
        command = [sys.executable, str(ROOT / "examples" / "fleet" / "ask.py"), str(out)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert all(f"{name}:\n" in printed for name in told) and "  caddy\t1\n" in printed, printed
        print("the questions have their answers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
