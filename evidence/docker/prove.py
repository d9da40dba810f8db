#!/usr/bin/env python3
"""Proves rules on real Docker engines: runs their own examples, and scripts of their claims, and records what happened.

    sudo python3 evidence/docker/prove.py             installs what is missing, runs everything on each engine, writes results/
    sudo python3 evidence/docker/prove.py RULE…       only these rules; their recorded results are replaced
    sudo python3 evidence/docker/prove.py --resume    goes on with a run of today that was stopped: rules that it recorded are passed over
    sudo python3 evidence/docker/prove.py --newest …  the same on the newest engine alone, records nothing
    sudo python3 evidence/docker/prove.py --quick     three rules on the engines that are installed already, records nothing
    python3 evidence/docker/prove.py --check          compares the recorded results with probes/, without an engine

Ends with 1 where a proof fails, else with 3 where Debian's archive has no longer one of the suites.
Needs root on Linux, for the engine; Debian's package archive and PyPI, for what it installs into .tools/. The engine runs in
namespaces of its own and in a temporary folder: nothing on the machine is changed, and no registry is asked.
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import records  # noqa: E402

RESULTS = HERE / "results"
TOOLS = ROOT / ".tools" / "evidence"
PYTHON = TOOLS / "bin" / "python"
PACKAGES = ["ansible==12.3.0", "requests==2.34.2", "pyroute2==0.9.7"]

# The suites of Debian whose engines are run, and the suite whose docker compose is their client's.
ENGINES = {"bookworm": "trixie", "trixie": "trixie", "sid": "sid"}
NEWEST = "sid"
QUICK = ["duplicate-container-name", "read-only-without-tmpfs", "static-address-outside-subnet"]


class Gone(Exception):
    """A suite that the archive no longer has."""


def installed(script, suite):
    """The path that an install script prints."""
    done = subprocess.run(["bash", ROOT / script, suite], stdout=subprocess.PIPE, text=True)
    if done.returncode == 3:
        raise Gone(suite)
    done.check_returncode()
    return ROOT / done.stdout.splitlines()[-1]


def has(suite):
    return (ROOT / ".tools" / f"engine-{suite}" / "root" / "usr" / "sbin" / "dockerd").exists()


def starts(program):
    """Not so after an installation that was stopped, and in a folder that was moved."""
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def prepare(suite):
    """Installs what is missing for one suite; gives what its runner is told."""
    if not starts(TOOLS / "bin" / "ansible"):
        venv.create(TOOLS, clear=True, with_pip=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    busybox = installed("evidence/docker/install-engine.sh", "trixie") / "usr" / "bin" / "busybox"
    engine = installed("evidence/docker/install-engine.sh", suite)
    return [engine, installed("scripts/install-compose.sh", ENGINES[suite]), busybox]


def run(arguments, given):
    """What the examples show on one engine."""
    day, keep = records.today() if given.resume else "", not (given.quick or given.newest)
    rules = QUICK if given.quick else given.rules
    with subprocess.Popen([PYTHON, HERE / "runner.py", *arguments, day, *rules], stdout=subprocess.PIPE, text=True) as runner:
        head = json.loads(runner.stdout.readline() or "{}")
        path = RESULTS / f"{head.get('docker')}.json"
        results = records.follow(runner.stdout, path, head, keep)
    if runner.returncode:
        raise subprocess.CalledProcessError(runner.returncode, "runner.py")
    return head | {"results": records.finish(path, head, results, rules, day) if keep else results}


def pick(value, version):
    """A value, or the one of this version."""
    return value[version] if isinstance(value, dict) else value


def expected(probe, entry, version):
    """What the probes say of one result: its own line, else its verdict's."""
    if entry["verdict"] == "claim":
        return {"answer": str(pick(probe["claims"][entry["example"]]["shows"], version)).strip()}
    special = (probe.get("examples") or {}).get(entry["example"]) or {}
    wanted = special.get("expect", probe.get(entry["verdict"], {}))
    return {name: pick(value, version) for name, value in wanted.items()}


def judge(record, probes):
    """The results that do not hold."""
    broken, version = [], record["docker"]
    for entry in record["results"]:
        if "not_run" in entry:
            continue
        wanted = expected(probes[entry["rule"]], entry, version)
        got = {name: entry["observed"].get(name) for name in wanted}
        if got != wanted or not wanted:
            broken.append(f"{version} {entry['rule']} {entry['verdict']} `{entry['example']}`: "
                          f"expected {wanted}, observed {entry['observed']}")
    return broken


def probes():
    """All probes, read by an interpreter that has a YAML parser."""
    code = ("import json,sys,yaml; d={}\nfor f in sys.argv[1:]: d |= yaml.safe_load(open(f))\njson.dump(d, sys.stdout)")
    files = sorted((HERE / "probes").glob("*.yaml"))
    python = PYTHON if PYTHON.exists() else sys.executable
    done = subprocess.run([python, "-c", code, *files], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description="Proves rules on real Docker engines (see README.md).")
    parser.add_argument("rules", nargs="*", metavar="RULE", help="only these rules")
    parser.add_argument("--quick", action="store_true", help="three rules on what is installed, nothing recorded")
    parser.add_argument("--resume", action="store_true", help="pass over the rules that were recorded today")
    parser.add_argument("--newest", action="store_true", help="on the newest engine alone, nothing recorded")
    parser.add_argument("--check", action="store_true", help="compares the recorded results with the probes")
    given = parser.parse_args()
    if not given.check and os.geteuid() != 0:
        print("a Docker engine needs root: nothing proved")
        return 0 if given.quick else 1
    if given.check:
        return report([json.loads(f.read_text()) for f in sorted(RESULTS.glob("*.json"))], False)
    prepared, skipped = [], False
    for suite in [NEWEST] if given.newest else ENGINES:
        if given.quick and not has(suite):
            print(f"the engine of {suite} is not installed: passed over")
            continue
        try:
            prepared.append(prepare(suite))
        except Gone as gone:
            print(f"skipped: the archive has no suite {gone} any more")
            skipped = True
    if unknown := sorted(set(given.rules) - set(probes())):
        sys.exit(f"no probe is about {', '.join(unknown)}")
    started = time.monotonic()
    # Side by side: the engines share nothing, and most of the time each waits.
    with concurrent.futures.ThreadPoolExecutor(len(ENGINES)) as pool:
        ran = list(pool.map(lambda arguments: run(arguments, given), prepared))
    print(f"{time.monotonic() - started:.0f} s on these engines", file=sys.stderr)
    return report(ran, skipped)


def report(ran, skipped):
    every = probes()
    broken = [line for record in ran for line in judge(record, every)]
    print("\n".join(broken) or "every proof that was run holds")
    for record in ran:
        run = [entry for entry in record["results"] if "not_run" not in entry]
        print(f"Docker {record['docker']}: {len(run)} results of {len({entry['rule'] for entry in run})} rules")
    return 1 if broken else 3 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
