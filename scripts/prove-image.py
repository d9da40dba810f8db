#!/usr/bin/env python3
"""Proves the container image on a real Docker engine without a registry: `sudo scripts/prove-image.py PROGRAM`.

PROGRAM is the static program that scripts/build-static.sh builds. The last stage of Dockerfile is built as it stands, with that program
in place of the one that the first stage would build from an image of a registry. The engine is the one of evidence/docker, in
namespaces of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".tools/image/bin/python"
sys.path.insert(0, str(ROOT / "evidence/docker"))
from engine import Engine, docker, enter  # noqa: E402


def installed(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]


def context(folder, program):
    """What the last stage copies, and the stage itself."""
    (folder / "root/tmp").mkdir(parents=True)
    (folder / "root/tmp").chmod(0o1777)
    shutil.copy(program, folder / "root/deploylint")
    stage = (ROOT / "Dockerfile").read_text().split("FROM scratch\n", 1)[1]
    copied = "COPY --from=build /root-of-image/ /"
    assert copied in stage, stage
    (folder / "Dockerfile").write_text("FROM scratch\n" + stage.replace(copied, "COPY root/ /"))


def check(*arguments, code, says=""):
    """Runs the image as README says, over fixtures that it can't write to."""
    tree = ROOT / "fixtures/openclaw-ansible"
    done = docker("run", "--rm", "--network", "none", "--read-only", "-v", f"{tree}:/src:ro", "deploylint:proof", *arguments, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == code and says in said, f"{arguments}: {done.returncode}\n{said}"


def main():
    program = Path(sys.argv[1]).resolve()
    if "EVIDENCE_INSIDE" not in os.environ:
        subprocess.run([ROOT / "scripts/install-image-engine.sh"], check=True, stdout=subprocess.DEVNULL)
        os.environ["IMAGE_ENGINE"] = installed("evidence/docker/install-engine.sh", "trixie")
        os.environ["IMAGE_PLUGIN"] = installed("scripts/install-compose.sh", "trixie")
        if Path(sys.executable) != PYTHON:
            os.execv(PYTHON, [PYTHON, *sys.argv])
    enter(os.environ["IMAGE_ENGINE"])
    with tempfile.TemporaryDirectory(prefix="deploylint-image-") as folder:
        engine = Engine(folder)
        engine.start(os.environ["IMAGE_PLUGIN"])
        try:
            made = Path(folder, "context")
            made.mkdir()
            context(made, program)
            docker("build", "--tag", "deploylint:proof", made)
            image = json.loads(docker("image", "inspect", "deploylint:proof").stdout)[0]
            assert image["Config"]["User"] == "65532:65532", image
            check("--version", code=0, says="deploylint ")
            check("check", "before", "--select", "egress-proxy-bypass", code=1, says="egress-proxy-bypass")
            check("check", "after", code=0, says="no findings")
            check(code=1, says="egress-proxy-bypass")
            check("check", "--output", "json=report.json", code=2, says="report.json: can't be written")
            version = docker("version", "--format", "{{.Server.Version}}").stdout.strip()
            print(f"Docker {version}: an image of {image['Size']} bytes runs as nobody, read-only, without a network")
        finally:
            engine.stop()


if __name__ == "__main__":
    main()
