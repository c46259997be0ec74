"""Files that break importers: none crashes or hangs, and the benchmarks' expected cells come out."""

import csv
import importlib.util
import json
import time

import pytest

from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource
from topicdesk.importing.preview import preview_corpus
from topicdesk.importing.preview_text import render_preview
from topicdesk.importing.read_corpus import read_corpus

FEWEST_RIGHT = 60
MOST_SECONDS = 8.0


def inputs(folder, suite=None):
    with (folder / "INDEX.csv").open(newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["role"] == "input" and suite in (None, row["suite"])]


@pytest.mark.slow
def test_that_no_nasty_file_crashes_or_hangs_and_each_gives_a_preview_or_a_sentence(shared_folder):
    nasty = shared_folder / "data" / "nasty"
    n_previews = n_refused = 0
    for row in inputs(nasty):
        source = CorpusSource(str(nasty / row["path"]))
        started = time.monotonic()
        try:
            preview = preview_corpus(source)
            json.dumps(preview.to_dict())
            render_preview(preview)
            n_previews += 1
        except InputError as error:
            assert str(error).startswith(source.path), row["path"]
            assert "\n" not in str(error), row["path"]
            n_refused += 1
        assert time.monotonic() - started < MOST_SECONDS, row["path"]
    print(f"{n_previews} previews, {n_refused} refused with a sentence")
    assert n_previews > 480


@pytest.mark.slow
def test_that_reading_agrees_with_the_preview_on_nasty_files(shared_folder):
    nasty = shared_folder / "data" / "nasty"
    for row in inputs(nasty, "csvkit") + inputs(nasty, "csv-test-data"):
        if int(row["bytes"]) > 1 << 16:
            continue
        source = CorpusSource(str(nasty / row["path"]))
        try:
            preview = preview_corpus(source, n_rows=None)
            corpus = read_corpus(source)
        except InputError:
            continue
        assert [list(document.fields) for document in corpus.documents] == [list(cells) for cells in preview.rows], row["path"]


@pytest.mark.parametrize("suite", ["csv-spectrum", "csv-test-data"])
def test_that_the_expected_json_of_a_suite_comes_out(shared_folder, suite):
    nasty = shared_folder / "data" / "nasty"
    wrong = []
    for row in inputs(nasty, suite):
        if not (nasty / row["expected"]).is_file():
            continue
        expected = json.loads((nasty / row["expected"]).read_text("utf-8"))
        try:
            preview = preview_corpus(CorpusSource(str(nasty / row["path"])), n_rows=None)
        except InputError:
            wrong += [row["path"]] if len(expected) > 1 else []
            continue
        names = [name for name, _, _ in preview.columns]
        got = [list(cells) for cells in preview.rows]
        want = [list(item.values()) if isinstance(item, dict) else item for item in expected]
        if got != want and [names, *got] != want:
            wrong.append(row["path"])
    print(f"{suite}: {len(wrong)} wrong: {wrong}")
    assert len(wrong) <= 2


def test_that_pollocks_files_are_read_at_least_as_well_as_promised(shared_folder):
    spec = importlib.util.spec_from_file_location("csv_score", shared_folder / "bench" / "csv_score.py")
    if spec is None or spec.loader is None or not (shared_folder / "bench" / "csv_score.py").is_file():
        pytest.skip("the scoring rule is not beside the repository")
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    nasty = shared_folder / "data" / "nasty"
    files = score.files(nasty)
    n_right = sum(_is_right(score, nasty, row) for row in files)
    print(f"Pollock: {n_right} of {len(files)} right")
    assert n_right >= FEWEST_RIGHT


def _is_right(score, nasty, row):
    try:
        preview = preview_corpus(CorpusSource(str(nasty / row["path"])), n_rows=None)
    except InputError:
        return False
    return score.same([[name for name, _, _ in preview.columns], *map(list, preview.rows)], score.expected(nasty, row))
