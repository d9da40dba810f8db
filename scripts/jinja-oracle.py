"""Renders the templates of tests/jinja with the real Jinja2 under Ansible's settings, as its `template` module does.

Without arguments, compares with the committed expectations and exits 1 on a difference; with `--write`, writes them.
"""

import json
import pathlib
import sys
import tempfile

import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import AnsibleEnvironment, Templar

ROOT = pathlib.Path(__file__).resolve().parent.parent / "tests" / "jinja"


def render(case, variables):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in case.get("files", {}).items():
            (pathlib.Path(folder) / name).write_text(text, newline="")
        templar = Templar(loader=DataLoader(), variables={**variables, **case.get("vars", {})})
        templar = templar.copy_with_new_env(
            environment_class=AnsibleEnvironment,
            searchpath=[folder],
            newline_sequence="\n",
            available_variables={**variables, **case.get("vars", {})},
        )
        templar.environment.add_extension("jinja2.ext.do")
        templar.environment.add_extension("jinja2.ext.loopcontrols")
        overrides = {"trim_blocks": True, "lstrip_blocks": False, "keep_trailing_newline": True}
        return templar.do_template(
            case["template"], preserve_trailing_newlines=True, escape_backslashes=False, overrides=overrides
        )


def main():
    init_plugin_loader([])
    wrong = 0
    for path in sorted(ROOT.glob("*.yaml")):
        group = yaml.safe_load(path.read_text())
        outputs = {case["name"]: str(render(case, group["vars"])) for case in group["cases"]}
        assert len(outputs) == len(group["cases"]), f"{path}: a name stands twice"
        expected = path.with_suffix(".json")
        text = json.dumps(outputs, indent=1, ensure_ascii=False) + "\n"
        if "--write" in sys.argv:
            expected.write_text(text)
        elif expected.read_text() != text:
            wrong += 1
            print(f"{expected.name} is not what Jinja2 gives; run scripts/jinja-oracle.py --write and review")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
