#!/usr/bin/env python3
"""Runs the fixes of deploylint, of compose-lint and of dclint on one set of compose files and counts what becomes of them.

    scripts/compare-fixers.py [COUNT]          200 files by default

The files are those of the repositories of scripts/prove-fixes.txt that are compose files, spread over the repositories; each
is fixed alone, the rest of its repository beside it. For each tool: how many files it changes, how many of these docker
compose refuses that it accepted before, and in how many docker compose reads another attribute otherwise than the fixes mean:
the keys that compose-lint declares for a rule, none for dclint, whose fixes are of style (the order of ports does not count),
and those of tests/fix-attributes.json for deploylint. compose-lint comes from PyPI and dclint from npm, below .tools/fixers.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import public_trees as public

FIXERS = public.ROOT / ".tools/fixers"
COMPOSE_LINT = "0.36.2"
DCLINT = "3.1.0"
# `fix_writes_keys` of its rules.
COMPOSE_LINT_KEYS = {"security_opt", "ports", "read_only", "logging", "tmpfs"}
OURS = {rule: set(keys) for rule, keys in json.loads((public.ROOT / "tests/fix-attributes.json").read_text()).items()}


def install():
    public.installed()
    if not (FIXERS / "bin/compose-lint").exists():
        script = public.ROOT / "scripts/python-packages.sh"
        subprocess.run([script, FIXERS, f"compose-lint=={COMPOSE_LINT}"], check=True)
    if not (FIXERS / "node_modules/.bin/dclint").exists():
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", FIXERS, f"dclint@{DCLINT}"]
        subprocess.run(npm, check=True)


def tools():
    ours = [public.DEPLOYLINT, "fix", "--apply", "--isolated", "--verbose"]
    return {
        "deploylint fix --apply": ours,
        "deploylint fix --apply --unsafe --persona auditor": [*ours, "--unsafe", "--persona", "auditor"],
        f"compose-lint {COMPOSE_LINT} fix --apply": [FIXERS / "bin/compose-lint", "fix", "--apply"],
        f"dclint {DCLINT} --fix": [FIXERS / "node_modules/.bin/dclint", "--fix"],
    }


def meant(tool, said):
    """The attributes that the fixes a tool speaks of mean to change."""
    if tool.startswith("compose-lint"):
        return COMPOSE_LINT_KEYS
    rules = re.findall(r"^fixed .*?:\d+: ([a-z0-9-]+): ", said, re.M)
    return set().union(*(OURS.get(rule, set()) for rule in rules)) if tool.startswith("deploylint") else set()


def attributes(value):
    """What docker compose reads, by service and attribute; lists of ports in one order."""
    found = {("", key): part for key, part in value.items() if key != "services"}
    for name, service in value.get("services", {}).items():
        for key, part in service.items():
            found[name, key] = sorted(part, key=json.dumps) if key == "ports" and isinstance(part, list) else part
    return found


def differing(before, after):
    a, b = attributes(before), attributes(after)
    return {pair[1] for pair in set(a) | set(b) if a.get(pair) != b.get(pair)}


def chosen(count, work):
    """So many compose files as (folder, path), the first of each repository, then the second, and so on."""
    columns = []
    for name, commit in public.listed():
        folder = work / name.replace("/", "+")
        public.tree(name, commit, folder, work)
        kinds = public.inputs(folder)
        public.fill(folder)
        paths = sorted(path for path, kind in kinds.items() if kind == "compose" and path.endswith((".yml", ".yaml")))
        columns.append([(folder, path) for path in paths])
    rows = [column[n] for n in range(max(map(len, columns))) for column in columns if n < len(column)]
    return rows[:count]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    install()
    counts = {tool: collections.Counter() for tool in tools()}
    with tempfile.TemporaryDirectory() as work:
        files = chosen(count, pathlib.Path(work))
        accepted = 0
        for done, (folder, path) in enumerate(files):
            if done and done % 25 == 0:
                print(f"after {done} files, {accepted} accepted: {json.dumps({t: dict(c) for t, c in counts.items()})}", flush=True)
            file = folder / path
            original, before = file.read_bytes(), public.config(folder, path)
            accepted += before is not None
            for tool, command in tools().items():
                ran = public.run([*command, file.name], file.parent)
                if file.read_bytes() == original:
                    continue
                counts[tool]["changed"] += 1
                after = public.config(folder, path)
                if before is not None and after is None:
                    counts[tool]["refused"] += 1
                    print(f"{tool}: {folder.name}/{path}: refused now", flush=True)
                elif before is not None:
                    other = differing(before, after) - meant(tool, ran.stderr)
                    counts[tool]["other"] += bool(other)
                    if other:
                        print(f"{tool}: {folder.name}/{path}: {sorted(other)}", flush=True)
                file.write_bytes(original)
    print(f"{len(files)} files, of which docker compose accepts {accepted}")
    for tool, count in counts.items():
        print(f"{tool}: {count['changed']} changed, {count['refused']} refused now, {count['other']} with other attributes changed")
    ours = [count["refused"] + count["other"] for tool, count in counts.items() if tool.startswith("deploylint")]
    sys.exit(1 if any(ours) else 0)


if __name__ == "__main__":
    main()
