"""Prints the answers of questions.sql to the tables of fleet.py: `ask.py OUT`."""

import pathlib
import sys

import duckdb


def ask(out: str) -> dict[str, list[tuple]]:
    """The rows of each question, by its name."""
    text = pathlib.Path(__file__).with_name("questions.sql").read_text(encoding="utf-8")
    database = duckdb.connect()
    database.execute("SET VARIABLE out = $1", [out])
    views, *questions = text.split("-- name: ")
    database.execute(views)
    return {q.splitlines()[0]: database.execute(q.split("\n", 1)[1]).fetchall() for q in questions}


def main() -> None:
    for name, rows in ask(sys.argv[1]).items():
        print(f"{name}:")
        for row in rows:
            print("  " + "\t".join(str(value) for value in row))


if __name__ == "__main__":
    main()
