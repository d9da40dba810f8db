"""Runs the examples of the rules on one Docker engine, and prints what happened as JSON: the versions, then a line for each rule.

Started by `prove.py`, as root. Each example gets a folder with its files, and every image that it names is the same small one.
What should happen is in `probes/`; comparing is left to `prove.py`.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from engine import Engine, docker, enter

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import records  # noqa: E402

RULES = HERE.parent.parent / "rules"
SECONDS = 120


def digest(files):
    """FNV-1a over names and texts: the test asks by it whether the example has changed since."""
    value = 0xCBF29CE484222325
    for name, text in sorted(files.items()):
        for byte in f"{name}\0{text}\0".encode():
            value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def files_of(example):
    return example.get("files") or {example.get("file", "compose.yml"): example["text"]}


def script(text, folder, **environment):
    """Runs a script of a probe with the helpers of ask.sh; gives its exit code and what it printed."""
    command = ["bash", "-c", f". {HERE}/ask.sh\n{text}"]
    try:
        done = subprocess.run(command, cwd=folder, env=os.environ | environment, timeout=SECONDS, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return "timeout", ""
    return done.returncode, done.stdout


def images(files):
    """The names of images in the files, of build services too, that can be read without variables."""
    names = set()
    for name, text in files.items():
        if not name.endswith((".yml", ".yaml")):
            continue
        try:
            services = (yaml.safe_load(text) or {}).get("services") or {}
        except (yaml.YAMLError, AttributeError):
            continue
        for service, body in services.items():
            if isinstance(body, dict) and (isinstance(body.get("image"), str) or "build" in body):
                names.add(re.sub(r"\$\{\w+:?-([^}]*)\}", r"\1", body.get("image") or f"proof-{service}"))
    return sorted(n for n in names if "$" not in n)


def observe(files, probe, folder):
    """What one example shows."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    here = (folder / probe.get("compose", "compose.yml")).parent
    if not probe.get("build"):
        for image in images(files):
            docker("tag", probe.get("image", "stand-in:1"), image.split("@")[0])
    environment = {name: str(value) for name, value in (probe.get("env") or {}).items()}
    if "before" in probe:
        code, said = script(probe["before"], here, **environment)
        if code != 0:
            return {"before": code, "printed": said}
    seen = {}
    if "up" in probe:
        code, said = script(probe["up"], here, **environment)
        seen["up"] = code
        if "says" in probe:
            seen["said"] = bool(re.search(probe["says"], said))
        if os.environ.get("EVIDENCE_SHOW"):
            print(said, file=sys.stderr)
    if "ask" in probe:
        code, said = script(probe["ask"], here, **environment)
        seen["answer"] = said.strip() if code != "timeout" else "timeout"
    return seen


def example(rule, verdict, written, probe, engine):
    special = probe["examples"][written["name"]] or {}
    files = files_of(written)
    entry = {"rule": rule["id"], "example": written["name"], "verdict": verdict, "digest": digest(files)}
    if reason := (probe | special).get("not_run", {}).get(engine.version):
        return entry | {"not_run": reason}
    usual = {"up": "docker compose up -d --no-build --pull never", "compose": next(iter(files))}
    with tempfile.TemporaryDirectory(dir=engine.folder) as folder:
        observed = observe(files, usual | probe | special, Path(folder))
    engine.clean()
    return entry | {"observed": observed}


def claim(rule, name, probe, engine):
    text = probe["claims"][name]["run"]
    entry = {"rule": rule, "example": name, "verdict": "claim", "digest": digest({"run": text})}
    if reason := (probe | probe["claims"][name]).get("not_run", {}).get(engine.version):
        return entry | {"not_run": reason}
    with tempfile.TemporaryDirectory(dir=engine.folder) as folder:
        code, said = script(text, Path(folder))
    engine.clean()
    return entry | {"observed": {"answer": said.strip() if code != "timeout" else "timeout"}}


def probes():
    every = {}
    for path in sorted((HERE / "probes").glob("*.yaml")):
        every |= yaml.safe_load(path.read_text())
    return every


def prove(engine, wanted, passed):
    """The results of each rule, as soon as it has been run; those of `passed` are there already."""
    every, started = probes(), time.monotonic()
    paths = [path for path in sorted(RULES.glob("*/*.yaml"))
             if path.stem in every and path.stem not in passed and (not wanted or path.stem in wanted)]
    for number, path in enumerate(paths, 1):
        yield of_rule(engine, yaml.safe_load(path.read_text()), every[path.stem])
        seconds = time.monotonic() - started
        print(f"Docker {engine.version}, {seconds:.0f} s: {number} of {len(paths)} rules, {path.stem}", file=sys.stderr, flush=True)


def of_rule(engine, rule, probe):
    results, listed = [], set(probe.get("examples") or {})
    for verdict in ("bad", "good"):
        for written in rule["examples"].get(verdict, []):
            if written["name"] in listed:
                results.append(example(rule, verdict, written, probe, engine))
                listed.discard(written["name"])
    for name in sorted(listed):
        results.append({"rule": rule["id"], "example": name, "verdict": "bad", "digest": "", "observed": {}})
    return results + [claim(rule["id"], name, probe, engine) for name in probe.get("claims") or {}]


def main():
    root, plugin, busybox, day, *wanted = sys.argv[1:]
    enter(root)
    with tempfile.TemporaryDirectory(prefix="evidence-docker-") as folder:
        engine = Engine(folder)
        engine.start(plugin)
        try:
            engine.image(busybox)
            versions = engine.versions()
            print(json.dumps(versions), flush=True)
            for results in prove(engine, wanted, records.rules_of(HERE / "results" / f"{engine.version}.json", day)):
                print(json.dumps(results), flush=True)
        finally:
            engine.stop()


if __name__ == "__main__":
    main()
