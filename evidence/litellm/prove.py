#!/usr/bin/env python3
"""Proves the litellm rules: runs their own examples on LiteLLM itself and records what happened.

    python3 evidence/litellm/prove.py              installs what is missing, runs everything, writes results/ (minutes)
    python3 evidence/litellm/prove.py RULE…        only these rules; their recorded results are replaced
    python3 evidence/litellm/prove.py --resume     goes on with a run of today that was stopped: rules that it recorded are passed over
    python3 evidence/litellm/prove.py --quick      a few rules, on whatever is installed already; nothing installed: says so
    python3 evidence/litellm/prove.py --shipped    runs deploylint over the configs in LiteLLM's own package; each finding
                                                   must be in shipped.json, with why it is true
    python3 evidence/litellm/prove.py --check      compares the recorded results with probes.yaml, without LiteLLM

Everything happens on 127.0.0.1. Needs Python 3.10 to 3.13 and PyPI.
"""

import concurrent.futures
import json
import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import records  # noqa: E402

VENVS = HERE.parent.parent / ".tools" / "litellm"
RESULTS = HERE / "results"

# What each version is installed from. Newer ones pin packages of their own (certificates, migrations, enterprise code)
# in versions that not every index has, so they go over the dependencies of an earlier release; only those pins are not met.
VERSIONS = {
    "1.81.3": [["litellm[proxy]==1.81.3"]],
    "1.109.1": [["litellm[proxy]==1.106.2"], ["--no-deps", "litellm==1.109.1"]],
    "1.110.2": [["litellm[proxy]==1.106.2"], ["semver>=3.0.4,<4"], ["--no-deps", "litellm==1.110.2"]],
}
# The releases whose examples a newer one has to bear out too: nothing that a rule says of them ended with it.
CONTINUES = {"1.110.2": ["1.109.1"]}
QUICK = ["litellm-budget-misplaced", "litellm-rate-not-enforced", "litellm-routing-strategy-invalid"]


def python(version):
    return VENVS / version / "bin" / "python"


def installed(version):
    """Whether the last of its packages is there, as it is not after an installation that was stopped."""
    return any((VENVS / version / "lib").glob(f"python3.*/site-packages/litellm-{version}.dist-info"))


def install(version):
    if installed(version):
        return
    venv.create(VENVS / version, clear=True, with_pip=True)
    for arguments in VERSIONS[version]:
        subprocess.run([python(version), "-m", "pip", "install", "-q", *arguments], check=True)


def run(version, rules, quick, day):
    """What the examples show on one version."""
    command = [python(version), HERE / "runner.py", ",".join([version, *CONTINUES.get(version, [])]), day, *rules]
    head, path = {"litellm": version}, RESULTS / f"{version}.json"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as runner:
        results = records.follow(runner.stdout, path, head, not quick)
    if runner.returncode:
        raise subprocess.CalledProcessError(runner.returncode, "runner.py")
    return results if quick else records.finish(path, head, results, rules, day)


def expected(probe, entry, version):
    """What probes.yaml says of one example: its own line, else its verdict's."""
    special = probe.get("examples", {}).get(entry["example"], {})
    wanted = special.get("expect", probe.get(entry["verdict"], {}))
    return {name: pick(value, version) for name, value in wanted.items()}


def pick(value, version):
    """A value; of several, each of one release and those after it, the one of this version."""
    if not isinstance(value, dict):
        return value
    number = lambda text: [int(part) for part in text.split(".")]  # noqa: E731
    return value[max((known for known in value if number(known) <= number(version)), key=number)]


def judge(entries, version, probes):
    """Marks each entry with whether it holds; gives those that do not."""
    broken = []
    for entry in entries:
        if "not_run" in entry:
            continue
        wanted = expected(probes[entry["rule"]], entry, version)
        got = {name: entry["observed"].get(name) for name in wanted}
        if got != wanted or not wanted:
            broken.append(f"{version} {entry['rule']} {entry['verdict']} `{entry['example']}`: "
                          f"expected {wanted}, observed {entry['observed']}")
    return broken


def probes_of(version):
    """probes.yaml, read by an interpreter that has a YAML parser."""
    code = "import json,sys,yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)"
    done = subprocess.run([python(version), "-c", code, HERE / "probes.yaml"], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def shipped():
    """Compares the findings in the configs that LiteLLM ships with the reviewed list; gives the differences."""
    listed = json.loads((HERE / "shipped.json").read_text())
    broken = []
    for version in VERSIONS:
        install(version)
        folder = next((VENVS / version / "lib").glob("python3.*/site-packages/litellm/proxy"))
        command = ["cargo", "run", "--quiet", "--", "check", folder, "--format", "json", "--fail-on", "never"]
        done = subprocess.run(command, check=True, cwd=HERE.parent.parent, stdout=subprocess.PIPE)
        report = json.loads(done.stdout)
        read = sum(i["kind"] == "litellm" and i["status"] == "audited" for i in report["inputs"])
        print(f"{version}: {read} configs")
        found = {
            f"{f['path'].split('/proxy/', 1)[1]}:{f['line']} {f['rule']}"
            for f in report["findings"]
            if f["rule"].startswith("litellm-")
        }
        wanted = set(listed[version])
        broken += [f"{version}: not reviewed: {f}" for f in sorted(found - wanted)]
        broken += [f"{version}: listed but not found: {f}" for f in sorted(wanted - found)]
    return broken


def main():
    arguments = sys.argv[1:]
    if "--shipped" in arguments:
        broken = shipped()
        print("\n".join(broken) or "every finding is reviewed")
        return 1 if broken else 0
    quick = "--quick" in arguments
    rules = QUICK if quick else [a for a in arguments if not a.startswith("--")]
    versions = [v for v in VERSIONS if installed(v)] if quick else list(VERSIONS)
    if not versions:
        print("LiteLLM is not installed here: nothing proved (evidence/litellm/prove.py installs it)")
        return 0
    if "--check" in arguments:
        ran = [records.read(RESULTS / f"{version}.json") for version in versions]
    else:
        for version in versions:
            install(version)
        started, day = time.monotonic(), records.today() if "--resume" in arguments else ""
        if unknown := sorted(set(rules) - set(probes_of(versions[0]))):
            sys.exit(f"no probe is about {', '.join(unknown)}")
        # Side by side: each is a process of its own, with a provider of its own.
        with concurrent.futures.ThreadPoolExecutor(len(versions)) as pool:
            ran = list(pool.map(lambda version: run(version, rules, quick, day), versions))
        print(f"{time.monotonic() - started:.0f} s on these versions", file=sys.stderr)
    broken = [line for version, entries in zip(versions, ran) for line in judge(entries, version, probes_of(version))]
    print("\n".join(broken) or "every proof holds")
    for version, entries in zip(versions, ran):
        run_here = [entry for entry in entries if "not_run" not in entry]
        print(f"LiteLLM {version}: {len(run_here)} results of {len({entry['rule'] for entry in run_here})} rules")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
