"""A preview command that reads only plain CSV, for tests of the window; the contract is that of `topicdesk preview --json`."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

GUESSES = {"text": "text", "title": "title", "id": "id"}


def main() -> int:
    path, options = Path(sys.argv[1]), dict(argument.partition("=")[::2] for argument in sys.argv[2:])
    delimiter = options.get("--delimiter", ",")
    try:
        with path.open(encoding=options.get("--encoding", "utf-8"), newline="") as stream:
            header, *rows = list(csv.reader(stream, delimiter=delimiter))
    except (OSError, UnicodeError, ValueError) as error:
        print(f"{path.name}: this is not a table of texts ({error}).", file=sys.stderr)
        return 2
    chosen = {options[f"--{role}"]: role for role in ("text", "title", "id", "date", "class") if options.get(f"--{role}")}
    taken = set(chosen.values())
    roles = [chosen.get(name) or (GUESSES.get(name, "none") if GUESSES.get(name) not in taken else "none") for name in header]
    columns = [{"name": name, "kind": "text", "role": role} for name, role in zip(header, roles, strict=True)]
    preview = {"format": "csv", "encoding": options.get("--encoding", "utf-8"), "delimiter": delimiter, "quote": '"', "header": True, "columns": columns,
               "n_rows": len(rows), "unreadable": [], "dropped": {"empty text": 3}, "duplicates": 2, "rows": rows[:50]}  # fmt: skip
    print(json.dumps(preview))
    return 0


if __name__ == "__main__":
    sys.exit(main())
