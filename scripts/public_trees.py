"""Public repositories at the commits of scripts/prove-fixes.txt, and what docker compose and deploylint say of their files; for
prove-fixes.py.

A repository comes from the folder `$REPOSITORIES` where that has its git directory (OWNER+NAME or OWNER+NAME/repo), or else
from GitHub. Nothing of it is run.
"""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEPLOYLINT = os.environ.get("DEPLOYLINT", str(ROOT / "target" / "release" / "deploylint"))
COMPOSE = ROOT / ".tools/compose-sid/root/usr/libexec/docker/cli-plugins/docker-compose"
SECONDS = 1800


def listed():
    """Each repository with its commit."""
    lines = (ROOT / "scripts/prove-fixes.txt").read_text().splitlines()
    return [tuple(line.split()) for line in lines if line and not line.startswith("#")]


def installed():
    if not pathlib.Path(DEPLOYLINT).exists():
        sys.exit(f"{DEPLOYLINT} is missing: build it, or name it in DEPLOYLINT")
    if not COMPOSE.exists():
        subprocess.run([ROOT / "scripts/install-compose.sh", "sid"], check=True, stdout=subprocess.DEVNULL)


def git_directory(name, work):
    kept = pathlib.Path(os.environ.get("REPOSITORIES", "/nowhere")) / name.replace("/", "+")
    for folder in (kept, kept / "repo"):
        if (folder / "HEAD").exists():
            return folder
    return work / "git" / name.replace("/", "+")


def tree(name, commit, into, work):
    """The files of the commit, below `into`."""
    git = git_directory(name, work)
    if not (git / "HEAD").exists():
        subprocess.run(["git", "init", "--quiet", "--bare", git], check=True)
        fetch = ["git", "--git-dir", git, "fetch", "--quiet", "--depth", "1", f"https://github.com/{name}", commit]
        subprocess.run(fetch, check=True)
    into.mkdir(parents=True)
    packed = subprocess.Popen(["git", "--git-dir", git, "archive", commit], stdout=subprocess.PIPE)
    # What a checkout on another system has as a link that leads nowhere is no reason to stop.
    subprocess.run(["tar", "-x", "-C", into], stdin=packed.stdout, check=True)
    if packed.wait() != 0:
        sys.exit(f"{name}: no commit {commit}")


def fill(folder):
    """An env file in place of each example of one that lies there alone, as who deploys the files makes it."""
    for example in (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", ".env-example"):
        for file in pathlib.Path(folder).rglob(example):
            env = file.with_name(".env")
            if file.is_file() and not env.exists() and not env.is_symlink():
                env.write_bytes(file.read_bytes())


def run(command, folder):
    """A program with nothing of this process's surroundings that could change what it says."""
    surroundings = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace", timeout=SECONDS)


def inputs(folder):
    """The kind of each file that deploylint reads, by path."""
    ran = run([DEPLOYLINT, "check", ".", "--isolated", "--format", "json", "--fail-on", "never"], folder)
    if ran.returncode != 0:
        sys.exit(f"{folder}: {ran.stderr}")
    return {i["path"]: i["kind"] for i in json.loads(ran.stdout)["inputs"] if i["status"] == "audited"}


def config(folder, path):
    """What docker compose makes of a file, the rest of the repository beside it; nothing where it refuses it."""
    file = pathlib.Path(folder) / path
    ran = run([COMPOSE, "-f", file.name, "-p", "p", "config", "--format", "json"], file.parent)
    return json.loads(ran.stdout) if ran.returncode == 0 else None
