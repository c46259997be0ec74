"""Rows a second, peak memory and time to the preview of 1,000,000 rows of 1 kB (100,000 unless FULL=1), beside pandas and polars;
and how long `topicdesk preview` takes from start to end for 100,000 such rows as CSV, XLSX and Parquet.

Each reader runs in a process of its own, one after the other, twice; the better run counts. Polars only where it is installed.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

N_ROWS = 1_000_000 if os.environ.get("FULL") else 100_000
N_PREVIEWED = 100_000
ROWS = """from topicdesk.importing.sniffing import understand
started = time.perf_counter()
with understand(CorpusSource(path)).open_rows() as (rows, _): n = sum(1 for _ in rows)"""
CORPUS = """from topicdesk.importing.read_corpus import read_corpus
started = time.perf_counter()
n = len(read_corpus(CorpusSource(path)).documents)"""
PREVIEW = """from topicdesk.importing.preview import preview_corpus
started = time.perf_counter()
n = len(preview_corpus(CorpusSource(path), 50).rows)"""
OTHER = """import {0}
started = time.perf_counter()
n = len({0}.read_csv(path))"""
READERS = {
    "TopicDesk, rows": ROWS, "TopicDesk, read_corpus": CORPUS, "TopicDesk, preview": PREVIEW,
    "pandas.read_csv": OTHER.format("pandas"), "polars.read_csv": OTHER.format("polars"),
}  # fmt: skip
PROGRAM = """
import json, resource, sys, time
from topicdesk.core.requests import CorpusSource
path = sys.argv[1]
{reader}
seconds = time.perf_counter() - started
print(json.dumps([n, seconds, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.csv"
        write_corpus(path, N_ROWS)
        print(f"{N_ROWS:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
        print(f"{'':<24}{'seconds':>10}{'rows/s':>14}{'processor s':>14}{'peak MiB':>11}")
        for name, reader in READERS.items():
            runs = [result for _ in range(2) if (result := measure(reader, path)) is not None]
            if not runs:
                print(f"{name:<24}not installed")
                continue
            n, seconds, processor, memory = min(runs, key=lambda run: run[1])
            print(f"{name:<24}{seconds:>10.2f}{n / seconds:>14,.0f}{processor:>14.2f}{memory:>11,.0f}")
        print(f"\ntopicdesk preview --json, {N_PREVIEWED:,} rows")
        for of_format in write_formats(Path(folder)):
            seconds = min(seconds_of_preview(of_format) for _ in range(3))
            print(f"{of_format.suffix:<24}{seconds:>10.2f}{of_format.stat().st_size / 1e6:>10,.0f} MB")


def seconds_of_preview(path: Path) -> float:
    """Seconds from the start of the command to its end."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-m", "topicdesk", "preview", str(path), "--json"], capture_output=True, check=True)
    return time.perf_counter() - started


def write_formats(folder: Path) -> list[Path]:
    """The same rows in each format."""
    import pyarrow.csv
    import pyarrow.parquet
    import xlsxwriter

    paths = [folder / f"rows.{ending}" for ending in ("csv", "xlsx", "parquet")]
    write_corpus(paths[0], N_PREVIEWED)
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(paths[0]), paths[2])
    with xlsxwriter.Workbook(str(paths[1]), {"tmpdir": str(folder)}) as workbook, paths[0].open(newline="", encoding="utf-8") as stream:
        sheet = workbook.add_worksheet()
        for number, cells in enumerate(csv.reader(stream)):
            sheet.write_row(number, 0, cells)
    return paths


def measure(reader: str, path: Path) -> list[float] | None:
    """Rows, seconds, seconds of the processor with start and imports, and peak memory of one reading; None where a library is absent."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM.format(reader=reader), str(path)], capture_output=True, text=True, check=False)
    if "ModuleNotFoundError" in ended.stderr:
        return None
    ended.check_returncode()
    result: list[float] = json.loads(ended.stdout)
    return result


def write_corpus(path: Path, n_rows: int) -> None:
    """Rows of about 1 kB: id, date, class and a text with commas, as most corpora have."""
    draw = random.Random(7)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randrange(2, 11))) for _ in range(5000)]
    passages = [" ".join(draw.choices(words, k=160))[:950] for _ in range(2000)]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("id", "date", "class", "text"))
        for i in range(n_rows):
            passage = passages[i % 2000]
            writer.writerow((i + 1, f"20{i % 20 + 10}-0{i % 9 + 1}-1{i % 10}", words[i % 12], f"{passage[: i % 700]}, {passage[i % 700 :]} {i}."))


if __name__ == "__main__":
    main()
