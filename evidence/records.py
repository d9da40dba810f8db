"""What a proof has recorded: results/VERSION.json, one line for each result, so that a change shows as one."""

import datetime
import json


def today():
    return datetime.date.today().isoformat()


def read(path):
    """The results that are recorded, each with the day of its run."""
    return json.loads(path.read_text())["results"] if path.exists() else []


def rules_of(path, day):
    """The rules whose results were recorded on this day; none without a day."""
    return {entry["rule"] for entry in read(path) if day and entry.get("date") == day}


def write(path, head, entries, rules):
    """Writes the results of these rules; of others, what is recorded stays. Without rules, nothing else stays."""
    kept = [entry for entry in read(path) if entry["rule"] not in rules] if rules else []
    lines = ",\n".join("  " + json.dumps(entry) for entry in sorted(kept + entries, key=lambda e: e["rule"]))
    first = "".join(f" {json.dumps(name)}: {json.dumps(value)},\n" for name, value in head.items())
    path.parent.mkdir(exist_ok=True)
    whole = path.with_suffix(".new")  # So that a run that is stopped leaves no half of a file.
    whole.write_text(f'{{\n{first} "results": [\n{lines}\n ]\n}}\n')
    whole.replace(path)


def follow(lines, path, head, keep):
    """The results that a runner prints, a line for each rule; each is recorded as soon as it is there."""
    results = []
    for line in lines:
        now = [entry | {"date": today()} for entry in json.loads(line)]
        results += now
        if keep:
            write(path, head, now, {entry["rule"] for entry in now})
    return results


def finish(path, head, results, rules, day):
    """The results of the whole run, with those that it passed over since they are of `day`. Recorded rules that it does not know go."""
    if day:
        results = [entry for entry in read(path) if entry.get("date") == day]
    if not rules:
        write(path, head, results, set())
    return results
