#!/usr/bin/env python3
"""Proves on public repositories that fixed files are accepted by the programs that read them, where they were before.

    scripts/prove-fixes.py                     all repositories of scripts/prove-fixes.txt, the safe fixes
    scripts/prove-fixes.py --unsafe            all fixes
    scripts/prove-fixes.py [--unsafe] OWNER/NAME…

Each repository is fixed in a copy. Then docker compose, Jinja2, Ansible's loader of YAML, LiteLLM's own loader,
`systemd-analyze verify` and `bash -n` get the changed files of their kind as they were and as they are, and docker compose and
systemd all files of theirs where one changed, as they include others. What is missing is installed below
.tools/, except systemd and bash. Prints the counts; exits with 1 where a file is refused that was accepted before.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import public_trees as public

LITELLM = public.ROOT / ".tools/litellm/1.110.2/bin/python"
JINJA = public.ROOT / ".tools/jinja/bin/python"

# What these read includes other files of these kinds, which may have changed; the others get the changed files alone.
WHOLE = {"docker compose": {"compose", "env"}, "systemd-analyze verify": {"systemd-unit"}}

# Each reads paths from standard input and prints those that it accepts.
READ_JINJA = """
import sys, jinja2
env = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
for path in sys.stdin.read().splitlines():
    try:
        env.parse(open(path, encoding="utf-8").read())
        print(path)
    except Exception:
        pass
"""
READ_YAML = """
import sys
from ansible.parsing.dataloader import DataLoader
for path in sys.stdin.read().splitlines():
    try:
        DataLoader().load(open(path, encoding="utf-8").read(), path)
        print(path)
    except Exception:
        pass
"""
READ_LITELLM = """
import asyncio, os, sys
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS"] = "True"
from litellm.proxy.proxy_server import ProxyConfig
for path in sys.stdin.read().splitlines():
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        try:
            os.chdir(os.path.dirname(path))
            asyncio.run(asyncio.wait_for(ProxyConfig().load_config(router=None, config_file_path=path), 60))
            os._exit(0)
        except BaseException:
            os._exit(1)
    if os.waitpid(child, 0)[1] == 0:
        print(path)
"""


def by_python(python, code):
    def accepted(tree, paths):
        given = "\n".join(str(tree / path) for path in paths)
        ran = subprocess.run([python, "-c", code], input=given, stdout=subprocess.PIPE, text=True, check=True)
        return {str(pathlib.Path(line).relative_to(tree)) for line in ran.stdout.splitlines() if line.startswith(str(tree))}
    return accepted


def one_by_one(command):
    def accepted(tree, paths):
        return {path for path in paths if public.run([*command, str(tree / path)], tree).returncode == 0}
    return accepted


def compose(tree, paths):
    return {path for path in paths if public.config(tree, path) is not None}


def shell(tree, path):
    try:
        with open(tree / path, "rb") as file:
            head = file.readline()
    except OSError:
        return False
    return path.endswith((".sh", ".bash")) or re.match(rb"#!.*\b(ba)?sh\b", head) is not None


def readers(tree, kinds):
    """The programs, each with the files of its kind."""
    of = lambda *wanted: [p for p, kind in kinds.items() if kind in wanted and not p.endswith((".j2", ".tpl"))]  # noqa: E731
    return [
        ("docker compose", compose, of("compose")),
        ("Jinja2", by_python(JINJA, READ_JINJA), [p for p in kinds if p.endswith(".j2")]),
        ("Ansible", by_python(JINJA, READ_YAML), of("ansible-tasks", "ansible-playbook", "ansible-vars")),
        ("LiteLLM", by_python(LITELLM, READ_LITELLM), of("litellm")),
        ("systemd-analyze verify", one_by_one(["systemd-analyze", "verify"]), of("systemd-unit")),
        ("bash -n", one_by_one(["bash", "-n"]), [p for p, kind in kinds.items() if kind == "script" and shell(tree, p)]),
    ]


def changed(before, after):
    files = [p.relative_to(before) for p in before.rglob("*") if p.is_file() and not p.is_symlink()]
    return sorted(str(p) for p in files if (before / p).read_bytes() != (after / p).read_bytes())


def prove(name, commit, unsafe, work):
    """The fixes by rule, the changed files, and by program how many files it accepted before, and those it no longer does."""
    before, after = (work / name.replace("/", "+") / side for side in ("before", "after"))
    public.tree(name, commit, before, work)
    public.tree(name, commit, after, work)
    command = [public.DEPLOYLINT, "fix", "--apply", "--isolated", "--verbose", "--persona", "auditor", *unsafe]
    ran = public.run(command, after)
    if ran.returncode != 0:
        sys.exit(f"{name}: {ran.stderr}")
    rules = collections.Counter(re.findall(r"^fixed .*?:\d+: ([a-z0-9-]+): ", ran.stderr, re.M))
    files = changed(before, after)
    counts, broken = collections.Counter(), []
    again = public.run(command, after)
    if changed(before, after) != files or "0 findings fixed" not in again.stderr:
        broken.append(("deploylint", "a second run changes something"))
    kinds = public.inputs(before)
    programs = readers(before, kinds)
    public.fill(before)
    public.fill(after)
    for program, accepted, paths in programs:
        touched = any(kinds.get(path) in WHOLE[program] for path in files) if program in WHOLE else None
        if touched is None:
            paths = [path for path in paths if path in files]
        if touched is False or not paths:
            continue
        good = accepted(before, paths)
        counts[program] = len(good)
        counts[f"{program}, changed"] = len(good.intersection(files))
        broken += [(program, path) for path in sorted(good - accepted(after, sorted(good)))]
    return rules, files, counts, broken


def install():
    public.installed()
    subprocess.run([public.ROOT / "scripts/install-jinja.sh"], check=True)
    if not LITELLM.exists():
        code = "import prove; prove.install('1.110.2')"
        subprocess.run([sys.executable, "-c", code], cwd=public.ROOT / "evidence/litellm", check=True)


def main():
    unsafe = ["--unsafe"] if "--unsafe" in sys.argv else []
    wanted = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    install()
    rules, counts, files, broken, done = collections.Counter(), collections.Counter(), 0, [], 0
    with tempfile.TemporaryDirectory() as work:
        for name, commit in public.listed():
            if wanted and name not in wanted:
                continue
            own, paths, read, refused = prove(name, commit, unsafe, pathlib.Path(work))
            print(f"{name}: {sum(own.values())} fixes in {len(paths)} files; refused now: {len(refused)}", flush=True)
            for program, path in refused:
                print(f"  {program}: {path}", flush=True)
            done, files = done + 1, files + len(paths)
            rules, counts, broken = rules + own, counts + read, broken + refused
    print(f"{done} repositories, {sum(rules.values())} fixes in {files} files: {json.dumps(dict(rules.most_common()))}")
    for program in [name for name in counts if ", " not in name]:
        touched = counts[f"{program}, changed"]
        lost = sum(one == program for one, _ in broken)
        print(f"{program}: accepted {counts[program]} files before, {touched} of them changed, refuses {lost} now")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
