"""Audits many repositories with deploylint on a Dask cluster: `fleet.py LIST OUT --run 2026-W48 [--scheduler ADDRESS]`.

LIST has a repository a line: its name, a tab, and what `git clone` takes. A repository is a task. Its findings become one Parquet
file, named by its commit and the release of deploylint, and written as a whole or not at all. So what is there is not done again:
a run that ended half-way goes on, and a later run audits only what has a new commit. docs/fleet.md has the tables and the questions.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, LocalCluster, as_completed

TEXT = pa.string()
FINDINGS = pa.schema(
    [("repository", TEXT), ("commit", TEXT), ("version", TEXT), ("rule", TEXT), ("severity", TEXT), ("confidence", TEXT)]
    + [("persona", TEXT), ("message", TEXT), ("path", TEXT), ("line", pa.int32()), ("suppressed", TEXT)]
)
COUNTS = ["exit_code", "files", "error", "warning", "note", "undecided"]
RUNS = pa.schema(
    [("run", TEXT), ("repository", TEXT), ("commit", TEXT), ("version", TEXT), ("status", TEXT), ("reason", TEXT)]
    + [(name, pa.int32()) for name in COUNTS]
)
# Other people's repositories: nothing of theirs is run, nothing is asked for, nothing takes for ever.
GIT = ["git", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "core.symlinks=true"]
QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1"}
SECONDS = 300


def said(command: list[str]) -> str:
    done = subprocess.run(command, env={**os.environ, **QUIET}, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip().splitlines() or [f"{command[0]} fails"])[-1])
    return done.stdout


def file_of(out: str, repository: str, commit: str, version: str) -> pathlib.Path:
    """Where the findings of a commit are; a name of a repository becomes a folder that no other has."""
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", repository)[:80] + "-" + hashlib.sha256(repository.encode()).hexdigest()[:8]
    return pathlib.Path(out, "findings", slug, f"{commit}-{version}.parquet")


def put(table: pa.Table, path: pathlib.Path) -> None:
    """Writes a file under its name only once it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        pq.write_table(table, part)
    os.replace(part.name, path)


def audit(repository: str, source: str, out: str, program: str) -> dict:
    """The task: a row of the table of runs. What goes wrong with a repository is told in its row."""
    row = dict.fromkeys(RUNS.names) | {"repository": repository}
    try:
        row["version"] = said([program, "--version"]).split()[1]
        head = said([*GIT, "ls-remote", "--exit-code", "--", source, "HEAD"])
        row["commit"] = head.split()[0]
        path = file_of(out, repository, row["commit"], row["version"])
        if path.exists():
            counts = json.loads(pq.read_schema(path).metadata[b"counts"])
            return row | counts | {"status": "known"}
        with tempfile.TemporaryDirectory() as folder:
            said([*GIT, "clone", "--quiet", "--depth", "1", "--single-branch", "--no-tags", "--", source, folder])
            # Between the two questions the branch may have gone on.
            row["commit"] = said([*GIT, "-C", folder, "rev-parse", "HEAD"]).strip()
            command = [program, "check", ".", "--format", "json", "--isolated", "--max-time", str(SECONDS)]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=2 * SECONDS, check=False)
        if done.returncode not in (0, 1, 3):
            raise RuntimeError((done.stderr.strip().splitlines() or ["deploylint fails"])[-1])
        report = json.loads(done.stdout)
        counts = {name: report["summary"].get(name) for name in COUNTS} | {"exit_code": done.returncode}
        same = {name: row[name] for name in ("repository", "commit", "version")}
        rows = [
            same
            | {name: finding[name] for name in FINDINGS.names if name in finding}
            | {"suppressed": (finding["suppressed"] or {}).get("kind")}
            for finding in report["findings"]
        ]
        schema = FINDINGS.with_metadata({"counts": json.dumps(counts)})
        put(pa.Table.from_pylist(rows, schema=schema), file_of(out, repository, row["commit"], row["version"]))
        return row | counts | {"status": "audited"}
    except (RuntimeError, OSError, ValueError, subprocess.TimeoutExpired) as error:
        return row | {"status": "failed", "reason": str(error)[:500]}


def run(client: Client, repositories: Iterable[tuple[str, str]], out: str, name: str, program: str, window: int = 1000) -> pa.Table:
    """All repositories, `window` of them with the scheduler at a time; the table of the run is written last."""
    waiting = iter(repositories)

    def submit() -> list:
        one = next(waiting, None)
        # The task of a worker that dies is given to another one.
        return [client.submit(audit, *one, out, program, pure=False, retries=2)] if one else []

    first = [future for _ in range(window) for future in submit()]
    done = as_completed(first)
    rows = []
    for future in done:
        rows.append(future.result() | {"run": name})
        future.release()
        for more in submit():
            done.add(more)
    table = pa.Table.from_pylist(sorted(rows, key=lambda row: row["repository"]), schema=RUNS)
    put(table, pathlib.Path(out, "runs", f"{name}.parquet"))
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("list", type=pathlib.Path)
    parser.add_argument("out", help="a folder that all workers share")
    parser.add_argument("--run", required=True, help="the name of the run; runs are compared in the order of their names")
    parser.add_argument("--scheduler", help="the address of a Dask scheduler, in place of a cluster on this machine")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="how many on this machine")
    parser.add_argument("--program", default="deploylint", help="deploylint, as the workers find it")
    args = parser.parse_args()
    lines = args.list.read_text(encoding="utf-8").splitlines()
    repositories = [(name, source) for name, _, source in (line.partition("\t") for line in lines) if source]
    cluster = args.scheduler or LocalCluster(n_workers=args.workers, threads_per_worker=1, dashboard_address=None)
    with Client(cluster) as client:
        table = run(client, repositories, os.path.abspath(args.out), args.run, args.program)
    counts = table.group_by("status").aggregate([("repository", "count")]).to_pylist()
    print(", ".join(f"{row['repository_count']} {row['status']}" for row in counts))
    return 0 if "failed" not in {row["status"] for row in counts} else 1


if __name__ == "__main__":
    sys.exit(main())
