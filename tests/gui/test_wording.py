import pytest

from topicdesk.core.events import ForecastReady, RunFailed
from topicdesk.gui import forecast_wording, run_wording, wording
from topicdesk.gui.stage_board import StageView

FORECAST = ForecastReady(40_000, 4800, 256, {"embed": 3000.0, "project": 300.0, "cluster": 1.0}, 2500, 6200, 73)
PREVIEW = {"n_rows": 4000, "format": "csv", "header": True, "dropped": {"empty text": 3}, "duplicates": 1,
           "unreadable": [], "mended": [{"row": 7, "reason": "Row 7: an empty cell was left out."}]}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (wording.count(4000), "4,000"),
        (wording.count(1, "document"), "1 document"),
        (wording.count(0, "document"), "0 documents"),
        (wording.share(1031, 4000), "26\N{NO-BREAK SPACE}%"),
        (wording.share(1, 4000), "<\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}%"),
        (wording.share(0, 0), "0\N{NO-BREAK SPACE}%"),
        (wording.clock(130), "2:10"),
        (wording.clock(3730), "1:02:10"),
        (wording.about(3), "a few seconds"),
        (wording.about(38), "about 40 s"),
        (wording.about(360), "about 6 min"),
        (wording.about(7800), "about 2 h 10 min"),
        (wording.memory(800), "800 MB"),
        (wording.memory(6200), "6.1 GB"),
        (wording.listed(list("abcdef")), "a, b, c, d and 2 more"),
        (wording.isolated("Space"), "Space"),
        (wording.isolated("טקסט"), "\N{FIRST STRONG ISOLATE}טקסט\N{POP DIRECTIONAL ISOLATE}"),
    ],
)
def test_that_numbers_are_written_for_people(written, expected):
    assert written == expected


SIZES = [(0, "0 KB"), (1, "1 KB"), (900_000, "879 KB"), (3_600_000, "3.4 MB"), (838_860_800, "800 MB"), (6_549_825_126, "6.1 GB")]


@pytest.mark.parametrize(("n_bytes", "words"), SIZES)
def test_that_sizes_of_files_are_written_for_people(n_bytes, words):
    assert wording.file_size(n_bytes) == words


def test_that_what_is_left_aside_names_row_and_reason():
    assert forecast_wording.left_aside(PREVIEW) == (
        "3 documents left out (empty text). 1 repeated text embedded once, kept in the table. 1 row put right: row 7 (an empty cell was left out)."
    )


def test_that_a_clean_corpus_says_nothing_of_what_is_left_aside():
    assert forecast_wording.left_aside({"dropped": {}, "unreadable": []}) == ""


def test_that_rows_that_were_not_counted_are_not_given_a_number():
    assert "more documents" in forecast_wording.understood(PREVIEW | {"n_rows": None})


def test_that_the_forecast_names_total_parts_and_memory():
    words = forecast_wording.cost(FORECAST)
    assert words.startswith("A run takes about 55 min (embed texts about 50 min, project about 5 min).")
    assert "2.4 GB of 6.1 GB free" in words


def test_that_too_little_memory_is_said_with_a_way_out():
    assert "close other programs" in forecast_wording.cost(ForecastReady(10, 0, 256, {"embed": 1.0}, 9000, 6200, 3))


def test_that_texts_read_in_part_are_counted_exactly():
    assert forecast_wording.cut(FORECAST) == "4,800 of 40,000 texts (12\N{NO-BREAK SPACE}%): only the beginning is read, the first 256 tokens."


def test_that_a_sample_is_offered_only_where_the_whole_takes_long():
    assert forecast_wording.sample_worth_trying(FORECAST) == 1000
    assert forecast_wording.sample_worth_trying(ForecastReady(4000, 0, 256, {"embed": 100.0}, 1, 2, 15)) is None


def test_that_a_dead_engine_is_said_to_have_cost_nothing_else():
    words = run_wording.failure(RunFailed("label", "The graphics card ran out of memory.", 3, "Use a smaller model.", "", engine_died=True))
    assert words == "“Name topics” failed. The graphics card ran out of memory. Use a smaller model. The window and your work are fine."


def test_that_remaining_time_is_shown_only_while_a_stage_runs():
    assert run_wording.progress_words(StageView("import", "running", 5 << 20, 800 << 20, "bytes")) == "5.0 MB of 800 MB"
    assert run_wording.progress_words(StageView("label", "running", 12, 32, "topics")) == "12 of 32 topics"
    assert run_wording.time_words(StageView("embed", "running", 10, 100, "", 12.0, 130.0)) == "0:12, 2:10 left"
    assert run_wording.time_words(StageView("embed", "done", 100, 100, "", 12.0, 130.0)) == "0:12"
