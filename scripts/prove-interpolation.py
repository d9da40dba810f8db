#!/usr/bin/env python3
"""Compares our interpolation of compose files with docker compose's own, on generated situations.

    scripts/prove-interpolation.py [COUNT [SEED]]

A situation is an environment, an env file and an expression, whole or broken; both programs read it as the value of a
variable of a service, and have to print the same or both to refuse it. Needs docker compose (scripts/install-compose.sh sid)
and target/debug/deploylint, or the program that DEPLOYLINT names. Prints what differs, each as small as it gets, and exits with 1.
"""
import json
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMPOSE = ROOT + "/.tools/compose-sid/root/usr/libexec/docker/cli-plugins/docker-compose"
DEPLOYLINT = os.environ.get("DEPLOYLINT", ROOT + "/target/debug/deploylint")
NAMES = ["A", "B", "C_1", "_D", "e", "EMPTY", "UNSET", "UNSET_2", "AB"]
WORDS = ["x", "a b", "é", "1", "-", ":", "/", ".", ",", "#", "%", "\\", "'", "\"", "\\n", "~", "=", "@", "!", "*", "\t", "\n",
         "|", "&", ";", "(", ")", "[", "]", "<", ">", "`", "key: v", "http://h:80/p?q=1"]
BROKEN = ["${", "${}", "${1}", "${A", "$1", "${A!x}", "${A:=x}", "${A=x}", "${A:x}", "${ A}", "${A }", "${A-", "${A:-${B}",
          "${-A}", "${A.b}", "$", "$ ", "${A:+", "$(A)", "$-", "${A@Q}", "${#A}", "${A//x/y}", "${é}", "$é", "${A?", "${A}}"]


def expression(dice, depth=0):
    parts = []
    for _ in range(dice.randint(1, 3)):
        kind = dice.random()
        name = dice.choice(NAMES)
        if kind < 0.25:
            parts.append(dice.choice(WORDS))
        elif kind < 0.35:
            parts.append("$" + name)
        elif kind < 0.45:
            parts.append("${" + name + "}")
        elif kind < 0.52:
            parts.append(dice.choice(["$$", "$$A", "$${A}", "$$$A", "$$$$", "}", "{", "{A}"]))
        elif kind < 0.56:
            parts.append(dice.choice(BROKEN))
        else:
            operator = dice.choice(["-", ":-", ":-", "-", "+", ":+", "?", ":?"])
            inner = "" if dice.random() < 0.15 else expression(dice, depth + 1) if depth < 3 else dice.choice(WORDS)
            parts.append("${" + name + operator + inner + "}")
    return "".join(parts)


def value(dice):
    text = "".join(dice.choice(["x", "y1", " ", "é", "#", " #", "$A", "${A}", "${B:-z}", "$$", "\\n", "\\t", "\\\\", "\\$", "=", ":"])
                   for _ in range(dice.randint(0, 4)))
    return dice.choice([text, text, "'" + text + "'", '"' + text + '"', text + " # comment", " " + text])


def env_file(dice):
    lines = []
    for name in dice.sample(NAMES[:6] + ["AB"], dice.randint(1, 6)):
        lines.append(dice.choice(["", "", "", "export "]) + name + dice.choice(["=", "=", "=", "= ", " = ", ": "]) + value(dice))
        if dice.random() < 0.15:
            lines.append(dice.choice(["# comment", "", "  ", "AB"]))
    lines.append("EMPTY=")
    return "\n".join(lines) + "\n"


def project(folder, dotenv, expressions):
    with open(folder + "/.env", "w") as file:
        file.write(dotenv)
    values = {f"V{n}": text for n, text in enumerate(expressions)}
    with open(folder + "/compose.yml", "w") as file:
        json.dump({"name": "p", "services": {"s": {"image": "i", "environment": values}}}, file, ensure_ascii=False)


def read(command, folder, variables):
    ran = subprocess.run(command, cwd=folder, env={"HOME": folder, "PATH": os.environ["PATH"], **variables},
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    if ran.returncode < 0 or ran.returncode > 1 and command[0] == DEPLOYLINT:
        return f"exit code {ran.returncode}: {ran.stderr.decode()}"
    if ran.returncode != 0:
        return None
    return json.loads(ran.stdout)["services"]["s"]["environment"]


def both(dotenv, variables, expressions):
    with tempfile.TemporaryDirectory() as folder:
        project(folder, dotenv, expressions)
        named = [option for name in variables for option in ("--env", name)]
        theirs = read([COMPOSE, "-f", "compose.yml", "config", "--format", "json"], folder, variables)
        ours = read([DEPLOYLINT, "config", *named, "."], folder, variables)
    return theirs, ours


def differing(dotenv, variables, expressions):
    """Those of the expressions that the two read otherwise, each alone; nothing where they agree on all at once."""
    theirs, ours = both(dotenv, variables, expressions)
    if theirs is not None and theirs == ours:
        return []
    if len(expressions) == 1:
        return [] if theirs is None and ours is None else [(expressions[0], theirs, ours)]
    if isinstance(theirs, dict) and isinstance(ours, dict):
        wrong = [text for n, text in enumerate(expressions) if theirs.get(f"V{n}") != ours.get(f"V{n}")]
        return [found for text in wrong for found in differing(dotenv, variables, [text])]
    # Nothing can be interpolated where the env file itself is refused.
    alone = both(dotenv, variables, ["x"])
    if alone == (None, None):
        return []
    if None in alone:
        return [("x", *alone)]
    half = len(expressions) // 2
    return differing(dotenv, variables, expressions[:half]) + differing(dotenv, variables, expressions[half:])


def smaller(dotenv, variables, text):
    """Fewer lines and characters that still differ."""
    lines = dotenv.splitlines(True)
    for n in reversed(range(len(lines))):
        without = lines[:n] + lines[n + 1:]
        if differing("".join(without), variables, [text]):
            lines = without
    dotenv = "".join(lines)
    at = 0
    while at < len(text):
        for length in (8, 4, 2, 1):
            without = text[:at] + text[at + length:]
            if without and differing(dotenv, variables, [without]):
                text = without
                break
        else:
            at += 1
    return dotenv, text


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    dice, done, found = random.Random(seed), 0, 0
    while done < count:
        dotenv = env_file(dice)
        variables = {name: dice.choice(["", "v", "w x", "$A"]) for name in dice.sample(NAMES[:5], dice.randint(0, 2))}
        expressions = [expression(dice) for _ in range(min(25, count - done))]
        done += len(expressions)
        for text, _, _ in differing(dotenv, variables, expressions)[:2]:
            found += 1
            env, small = smaller(dotenv, variables, text)
            theirs, ours = both(env, variables, [small])
            print(f"{small!r}\n  .env {env!r}, environment {variables}\n  docker compose {theirs}\n  deploylint     {ours}", flush=True)
    print(f"{done} situations, {found} differences")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
