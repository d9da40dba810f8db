#!/usr/bin/env python3
"""Proves the litellm rules: runs their own examples on LiteLLM itself and records what happened.

    python3 evidence/litellm/prove.py              installs what is missing, runs everything, writes results/ (minutes)
    python3 evidence/litellm/prove.py RULE…        only these rules; their recorded results are replaced
    python3 evidence/litellm/prove.py --quick      a few rules, on whatever is installed already; nothing installed: says so
    python3 evidence/litellm/prove.py --shipped    runs deploylint over the configs in LiteLLM's own package; each finding
                                                   must be in shipped.json, with why it is true
    python3 evidence/litellm/prove.py --check      compares the recorded results with probes.yaml, without LiteLLM

Everything happens on 127.0.0.1. Needs Python 3.10 to 3.13 and PyPI.
"""

import datetime
import json
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENVS = HERE.parent.parent / ".tools" / "litellm"
RESULTS = HERE / "results"

# What each version is installed from. Newer ones pin packages of their own (certificates, migrations, enterprise code)
# in versions that not every index has, so they go over the dependencies of an earlier release; only those pins are not met.
VERSIONS = {
    "1.81.3": [["litellm[proxy]==1.81.3"]],
    "1.109.1": [["litellm[proxy]==1.106.2"], ["--no-deps", "litellm==1.109.1"]],
    "1.110.2": [["litellm[proxy]==1.106.2"], ["--no-deps", "litellm==1.110.2"], ["semver>=3.0.4,<4"]],
}
# The releases whose examples a newer one has to bear out too: nothing that a rule says of them ended with it.
CONTINUES = {"1.110.2": ["1.109.1"]}
QUICK = ["litellm-budget-misplaced", "litellm-rate-not-enforced", "litellm-routing-strategy-invalid"]


def python(version):
    return VENVS / version / "bin" / "python"


def install(version):
    if python(version).exists():
        return
    venv.create(VENVS / version, with_pip=True)
    for arguments in VERSIONS[version]:
        subprocess.run([python(version), "-m", "pip", "install", "-q", *arguments], check=True)


def run(version, rules):
    command = [python(version), HERE / "runner.py", ",".join([version, *CONTINUES.get(version, [])]), *rules]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=None)
    return json.loads(done.stdout)


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


def record(version, rules, entries):
    """Writes the results, one line an example, so that a change shows as one."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{version}.json"
    if rules and path.exists():
        kept = [e for e in json.loads(path.read_text())["results"] if e["rule"] not in rules]
        entries = sorted(kept + entries, key=lambda e: e["rule"])
    lines = ",\n".join("  " + json.dumps(e) for e in entries)
    date = datetime.date.today().isoformat()
    path.write_text(f'{{\n "litellm": "{version}",\n "date": "{date}",\n "results": [\n{lines}\n ]\n}}\n')


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
    versions = [v for v in VERSIONS if python(v).exists()] if quick else list(VERSIONS)
    if not versions:
        print("LiteLLM is not installed here: nothing proved (evidence/litellm/prove.py installs it)")
        return 0
    broken = []
    for version in versions:
        if "--check" in arguments:
            entries = json.loads((RESULTS / f"{version}.json").read_text())["results"]
        else:
            install(version)
            entries = run(version, rules)
        broken += judge(entries, version, probes_of(version))
        if not quick and "--check" not in arguments:
            record(version, rules, entries)
    print("\n".join(broken) or "every proof holds")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
