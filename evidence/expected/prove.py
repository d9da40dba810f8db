#!/usr/bin/env python3
"""Asks docker compose, Ansible, Quadlet and systemd what questions.yaml expects of them, on the releases named below.

    python3 evidence/expected/prove.py               installs the releases into .tools/expected/ where missing, asks all, compares with results.json
    python3 evidence/expected/prove.py --record      the same, and writes results.json
    python3 evidence/expected/prove.py QUESTION…     only these
    python3 evidence/expected/prove.py --before      each expectation is as it was in the commit in which it was written, without a program

Ends with 1 where an answer is another one than the recorded, else with 3 where Debian's archive has no longer one of the suites.
Needs Python 3.10, Debian's package archive and PyPI; no root, no engine. ansible-core 2.21 is asked where Python 3.12 is there.
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOOLS = ROOT / ".tools" / "expected"
RESULTS = HERE / "results.json"

# Who is asked: the variable of ask.sh, and each release with what installs it.
COMPOSE = {"2.26.1": "trixie", "2.40.3": "sid"}
ANSIBLE = {"2.17.14": (3, 10), "2.19.14": (3, 11), "2.21.5": (3, 12)}
QUADLET = {"5.4.2": "trixie", "5.8.6": "sid"}
SYSTEMD = {"257": "trixie"}
SYSTEMD_PACKAGES = (
    "systemd libsystemd-shared libsystemd0 libc6 libcap2 libacl1 libaudit1 libcap-ng0 libcrypt1 libssl3t64 libpam0g libselinux1 "
    "libkmod2 libmount1 libblkid1 libseccomp2 libapparmor1 libgcc-s1 libzstd1 zlib1g libpcre2-8-0").split()
NAMES = {"compose": "docker compose", "ansible": "ansible-core", "quadlet": "Quadlet", "systemd": "systemd"}


class Gone(Exception):
    """A suite that the archive no longer has."""


def installed(*command):
    done = subprocess.run(["bash", *map(str, command)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode == 3:
        raise Gone(str(command))
    done.check_returncode()
    return done.stdout


def unpacked(suite, name, packages, program):
    """A program of unpacked packages of a suite."""
    path = TOOLS / f"{name}-{suite}" / "root" / program
    if not path.exists():
        installed("scripts/debian-package.sh", suite, TOOLS / f"{name}-{suite}", *packages)
    return path


def ansible(version, needs):
    """The folder of the programs of one ansible-core; nothing where no Python is new enough."""
    folder = TOOLS / f"ansible-{version}"
    if not (folder / "bin" / "ansible").exists():
        names = [sys.executable, "python3", "python3.12", "python3.13", "python3.14"]
        fits = [found for name in names if (found := shutil.which(name)) and subprocess.run(
            [found, "-c", f"import sys, venv; sys.exit(sys.version_info < {needs})"], capture_output=True).returncode == 0]
        if not fits:
            return None
        subprocess.run([fits[0], "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check", f"ansible-core=={version}"]
        subprocess.run(pip, check=True)
    return folder / "bin"


def releases(kind):
    """What ask.sh is told, by release."""
    if kind == "compose":
        return "COMPOSE", {v: installed("scripts/install-compose.sh", s).split()[-1] for v, s in COMPOSE.items()}
    if kind == "ansible":
        return "ANSIBLE", {v: found for v, needs in ANSIBLE.items() if (found := ansible(v, needs))}
    if kind == "quadlet":
        found = {v: unpacked(s, "podman", ["podman"], "usr/libexec/podman/quadlet") for v, s in QUADLET.items()}
        return "QUADLET", found
    program = "usr/bin/systemd-analyze"
    return "SYSTEMD", {v: unpacked(s, "systemd", SYSTEMD_PACKAGES, program).parents[2] for v, s in SYSTEMD.items()}


def version(kind, path):
    """What a release says of itself."""
    ask = {
        "compose": 'v=$("$COMPOSE" version --short); echo "${v%%-*}"',
        "ansible": '"$ANSIBLE/ansible" --version | sed -nE "1s/.*core ([0-9.]+).*/\\1/p"',
        "quadlet": '"$QUADLET" -version',
        "systemd": 'analyze --version | sed -nE "1s/systemd ([0-9]+).*/\\1/p"',
    }[kind]
    return answer({"run": ask}, kind, path)


def answer(question, kind, path):
    """What one release prints, in an empty folder with an environment of its own."""
    with tempfile.TemporaryDirectory(prefix="asked-") as folder:
        home = Path(folder) / "home"
        asked = Path(folder) / "asked"
        for made in (home, asked):
            made.mkdir()
        for name, text in (question.get("files") or {}).items():
            (asked / name).parent.mkdir(parents=True, exist_ok=True)
            (asked / name).write_text(text)
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", kind.upper(): str(path),
            "ANSIBLE_LOCALHOST_WARNING": "0", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_DEPRECATION_WARNINGS": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0", "ANSIBLE_PYTHON_INTERPRETER": sys.executable}
        script = f". '{HERE / 'ask.sh'}'\n{question['run']}"
        done = subprocess.run(["bash", "-c", script], cwd=asked, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, timeout=300)
        return done.stdout.strip()


def questions(names):
    """All questions, or those of these names, read by an interpreter that has a YAML parser."""
    python = ansible("2.19.14", ANSIBLE["2.19.14"]) or ansible("2.17.14", ANSIBLE["2.17.14"])
    code = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"
    read = lambda text: json.loads(subprocess.run([python / "python", "-c", code], input=text, text=True, check=True,
                                                  stdout=subprocess.PIPE).stdout)
    found = read((HERE / "questions.yaml").read_text())
    unknown = set(names) - set(found)
    if unknown:
        sys.exit(f"no such question: {', '.join(sorted(unknown))}")
    return read, {name: found[name] for name in found if not names or name in names}


def ask(asked):
    """The answers by question and release, and what was passed over."""
    answers, passed = {name: {} for name in asked}, []
    for kind in dict.fromkeys(question["with"] for question in asked.values()):
        try:
            variable, found = releases(kind)
        except Gone as gone:
            passed.append(f"{NAMES[kind]}: the archive has no longer {gone}")
            continue
        assert variable == kind.upper()
        for release, path in found.items():
            if (says := version(kind, path)) != release:
                passed.append(f"{NAMES[kind]} {release}: the archive has {says}")
                continue
            for name, question in asked.items():
                if question["with"] == kind:
                    answers[name][release] = answer(question, kind, path)
                    print(f"{NAMES[kind]} {release} {name}: {answers[name][release]}", file=sys.stderr)
    return answers, passed


def record(answers):
    """Writes the answers, one line each; those that were not asked now are kept."""
    old = json.loads(RESULTS.read_text())["answers"] if RESULTS.exists() else {}
    now = datetime.date.today().isoformat()
    for name, by_release in answers.items():
        kept = old.get(name, {}).get("prints", {})
        old[name] = {"date": now, "prints": kept | by_release}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(old[name])}" for name in sorted(old))
    RESULTS.write_text(f'{{\n "answers": {{\n{lines}\n }}\n}}\n')


def before():
    """The expectations that are not those of the commits in which they were written."""
    read, now = questions([])
    wrong, seen = [], {}
    for commit in json.loads((HERE / "written.json").read_text()):
        shown = subprocess.run(["git", "show", f"{commit}:evidence/expected/questions.yaml"], cwd=ROOT, capture_output=True, text=True)
        if shown.returncode:
            return [f"{commit} is not in this clone; a full clone has it"]
        results = subprocess.run(["git", "cat-file", "-e", f"{commit}:evidence/expected/results.json"], cwd=ROOT, capture_output=True)
        recorded = {}
        if results.returncode == 0:
            text = subprocess.run(["git", "show", f"{commit}:evidence/expected/results.json"], cwd=ROOT, capture_output=True, text=True).stdout
            recorded = json.loads(text)["answers"]
        for name, question in read(shown.stdout).items():
            if name not in recorded:
                seen.setdefault(name, question)
    for name, question in now.items():
        if name not in seen:
            wrong.append(f"{name}: in no commit before its answer")
        elif (question["expected"], question["expect"]) != (seen[name]["expected"], seen[name]["expect"]):
            wrong.append(f"{name}: the expectation was changed")
    if not wrong:
        print(f"{len(now)} expectations, each in a commit without its answer")
    return wrong


def main():
    parser = argparse.ArgumentParser(description="Asks what questions.yaml expects (see README.md).")
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="only these")
    parser.add_argument("--record", action="store_true", help="write results.json")
    parser.add_argument("--before", action="store_true", help="compare the expectations with the commits in which they were written")
    given = parser.parse_args()
    if given.before:
        wrong = before()
        print("\n".join(wrong))
        return 1 if wrong else 0
    asked = questions(given.questions)[1]
    answers, passed = ask(asked)
    if given.record:
        record(answers)
    recorded = json.loads(RESULTS.read_text())["answers"]
    changed = [f"{name} on {release}: {now!r}, recorded {then!r}"
               for name, by_release in answers.items() for release, now in by_release.items()
               if (then := recorded.get(name, {}).get("prints", {}).get(release)) != now]
    print("\n".join(changed + [f"passed over: {line}" for line in passed]))
    print(f"{sum(map(len, answers.values()))} answers to {len(answers)} questions, {len(changed)} other than recorded")
    return 1 if changed else 3 if passed else 0


if __name__ == "__main__":
    sys.exit(main())
