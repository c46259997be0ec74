"""Mutates files that break importers, for SECONDS (60): each gives a preview or one sentence, soon, and counts every row; says what did not.

    python tests/benchmarks/import_fuzz.py [SECONDS] [SEED]

The files are those of shared/data/nasty beside the repository; without them, a few of its own.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
import time
from pathlib import Path

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.preview import preview_corpus

NASTY = Path(__file__).parents[2].parent / "shared" / "data" / "nasty"
OWN = [
    b'id,text\n1,"one, two"\n2,three\n',
    b"a;b\r\n1;x\r\n",
    b'{"text": "one"}\n{"text": "two"}\n',
    b"TY  - JOUR\nTI  - a\nER  - \n",
    b"@misc{a, title={b}}\n",
]
PIECES = [
    b'"',
    b'""',
    b",",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\t",
    b";",
    b"\\",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"'",
    b"{",
    b"]",
    b"=",
    b"\xe4",
    b"sep=;\n",
]
SLOW_SECONDS = 5.0
MOST_BYTES = 1 << 18


def main() -> int:
    seconds, seed = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0, int(sys.argv[2]) if len(sys.argv) > 2 else 1
    draw, seeds = random.Random(seed), contents()
    n_tried = n_previews = n_refused = 0
    troubles: list[str] = []
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutated.csv"
        while time.monotonic() < end:
            content = mutated(draw, draw.choice(seeds), draw.choice(seeds))
            path.write_bytes(content)
            n_tried += 1
            started = time.monotonic()
            try:
                preview = preview_corpus(CorpusSource(str(path)), n_rows=None)
                n_previews += 1
                numbers = [row for row, _ in preview.unreadable]
                if preview.n_rows != len(preview.rows) or len(set(numbers)) != len(numbers):
                    troubles.append(keep(content, "rows do not add up"))
            except InputError as error:
                n_refused += 1
                if "\n" in str(error):
                    troubles.append(keep(content, "more than one line"))
            except Exception as error:  # what must not happen is told with the file that makes it
                troubles.append(keep(content, repr(error)))
            if time.monotonic() - started > SLOW_SECONDS:
                troubles.append(keep(content, f"took {time.monotonic() - started:.1f} s"))
    print(f"import fuzzer, seed {seed}: {n_tried:,} files, {n_previews:,} previews, {n_refused:,} refused, {len(troubles)} troubles")
    print("\n".join(troubles))
    return 1 if troubles else 0


def contents() -> list[bytes]:
    """The files to begin from."""
    if not (NASTY / "INDEX.csv").is_file():
        return OWN
    with (NASTY / "INDEX.csv").open(newline="", encoding="utf-8") as stream:
        paths = [NASTY / row["path"] for row in csv.DictReader(stream) if row["role"] == "input" and int(row["bytes"]) <= MOST_BYTES]
    return OWN + [path.read_bytes() for path in paths]


def mutated(draw: random.Random, content: bytes, other: bytes) -> bytes:
    """A file with a few slips: bytes changed, pieces put in or taken out, parts doubled or exchanged with another file's, an end cut off."""
    made = bytearray(content)
    for _ in range(draw.randrange(1, 8)):
        place = draw.randrange(len(made) + 1)
        length = draw.randrange(1, 40)
        what = draw.randrange(6)
        if what == 0:
            made[place:place] = draw.choice(PIECES)
        elif what == 1:
            del made[place : place + length]
        elif what == 2 and made:
            made[min(place, len(made) - 1)] = draw.randrange(256)
        elif what == 3:
            made[place:place] = made[place : place + length] * draw.randrange(1, 4)
        elif what == 4:
            start = draw.randrange(len(other) + 1)
            made[place:place] = other[start : start + length * 4]
        else:
            del made[draw.randrange(len(made) + 1) :]
    return bytes(made)


def keep(content: bytes, trouble: str) -> str:
    """The trouble, and where the file lies that makes it."""
    with tempfile.NamedTemporaryFile(prefix="topicdesk-fuzz-", suffix=".csv", delete=False) as stream:
        stream.write(content)
    return f"  {trouble}: {stream.name}"


if __name__ == "__main__":
    sys.exit(main())
