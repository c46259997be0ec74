"""The smaller commands: models, sample, preview, export, doctor, and no command at all."""

import csv
import json
import sqlite3

import pytest

from tests.benchmarks.shape_gguf import SHAPES, write_gguf
from tests.end_to_end.command_line import table, topicdesk
from tests.generated_corpora import write_topical


@pytest.fixture
def home(tmp_path):
    return {"TOPICDESK_HOME": str(tmp_path / "home")}


def test_that_models_list_shows_the_starters_with_role_and_path(starter_models):
    ended = topicdesk("models", "list")
    assert ended.code == 0
    assert [line.split()[0] for line in ended.out.splitlines()].count("embedding") >= 1
    assert str(starter_models.language_path) in ended.out


def test_that_a_model_is_added_where_it_lies_and_found_again(tmp_path, home):
    path = write_gguf(tmp_path / "my model.gguf", SHAPES["tiny"], "Q4_0", with_weights=False)
    ended = topicdesk("models", "add", path, environment=home)
    assert (ended.code, ended.out.strip()) == (0, str(path))
    assert str(path) in topicdesk("models", "list", environment=home).out
    assert list(tmp_path.rglob("*.gguf")) == [path]


def test_that_a_folder_of_models_is_searched_first(tmp_path, home, starter_models):
    (tmp_path / "more").mkdir()
    path = write_gguf(tmp_path / "more" / "zephyr.gguf", SHAPES["tiny"], "Q4_0", with_weights=False)
    ended = topicdesk("models", "list", environment=home | {"TOPICDESK_MODELS": str(tmp_path / "more")})
    assert str(path) in ended.out.splitlines()[0]


def test_that_models_check_says_role_size_and_hash(starter_models):
    ended = topicdesk("models", "check", starter_models.language_path)
    assert ended.code == 0
    assert "language model" in ended.out
    assert "sha256 " in ended.out


@pytest.mark.parametrize("what", ["check", "add"])
def test_that_what_is_no_model_is_refused(what, tmp_path):
    (tmp_path / "m.gguf").write_bytes(b"nonsense")
    for arguments, said in (
        (["models", what, tmp_path / "m.gguf"], "not a GGUF file"),
        (["models", what, tmp_path / "absent"], "no such model"),
        (["models", what], "needs a file"),
    ):
        ended = topicdesk(*arguments)
        assert ended.code == 2
        assert said in ended.reason()


@pytest.mark.slow
def test_that_models_starter_places_both_once(home, starter_models):
    ended = topicdesk("models", "starter", environment=home)
    assert ended.code == 0, ended.err
    assert len(ended.out.splitlines()) == 2
    assert all(line.startswith(home["TOPICDESK_HOME"]) for line in ended.out.splitlines())
    assert topicdesk("models", "starter", environment=home).out == ended.out


def test_that_preview_says_what_it_understands_in_both_ways(tmp_path):
    corpus = write_topical(tmp_path / "c.csv", 12)
    seen = json.loads(topicdesk("preview", corpus, "--json", "--rows", 3).out)
    assert set(seen) >= {"format", "encoding", "delimiter", "quote", "header", "columns", "n_rows", "unreadable", "dropped", "rows"}
    assert [column["name"] for column in seen["columns"]] == ["id", "theme", "text"]
    assert next(column["role"] for column in seen["columns"] if column["name"] == "text") == "text"
    assert (seen["n_rows"], len(seen["rows"])) == (12, 3)
    ended = topicdesk("preview", corpus)
    assert ended.code == 0
    assert "text" in ended.out


def test_that_preview_refuses_in_one_line(tmp_path):
    for arguments in (["preview", tmp_path / "absent.csv"], ["preview", tmp_path], ["preview", write_topical(tmp_path / "c.csv", 3), "--rows", "few"]):
        ended = topicdesk(*arguments)
        assert ended.code == 2
        assert ended.reason()


@pytest.mark.slow
def test_that_doctor_reports_and_ends_well_even_with_nothing_there(home):
    ended = topicdesk("doctor", "--json", environment=home)
    assert ended.code == 0
    report = json.loads(ended.out)
    assert {"topicdesk", "python", "processor", "processors", "memory_mib", "cards", "libraries", "fonts", "window", "models", "free_disk_mib", "lacks"} <= set(
        report
    )
    assert all(set(lack) == {"what", "command", "is_needed"} for lack in report["lacks"])
    assert report["libraries"]["llama_cpp"].get("version")
    assert report["libraries"]["torch"].get("version")


@pytest.mark.slow
def test_that_the_sample_corpus_is_written_and_understood(tmp_path):
    ended = topicdesk("sample", tmp_path / "new folder")
    assert ended.code == 0, ended.err
    path = tmp_path / "new folder" / "sample.csv"
    assert ended.out.strip() == str(path)
    assert list(table(path)[0]) == ["package", "title", "text"]
    roles = {column["name"]: column["role"] for column in json.loads(topicdesk("preview", path, "--json").out)["columns"]}
    assert roles == {"package": "class", "title": "title", "text": "text"}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_that_a_project_is_exported_as_a_figure(finished_run, tmp_path, kind, begins):
    ended = topicdesk("export", finished_run.out / "project.topicdesk", "--to", tmp_path / "new", "--format", kind)
    assert ended.code == 0, ended.err
    assert ended.out.splitlines() == [str(tmp_path / "new" / name) for name in (f"map.{kind}", "map.alt.txt", "map.data.csv")]
    assert (tmp_path / "new" / f"map.{kind}").read_bytes().startswith(begins)


@pytest.mark.slow
def test_that_a_figure_is_exported_as_asked_with_its_words_and_numbers(finished_run, tmp_path):
    asked = (
        "--preset",
        "single-column",
        "--title",
        "Über $uns",
        "--palette",
        "greyscale",
        "--legend",
        "--labels",
        "5",
        "--unassigned",
        "hide",
        "--font-size",
        "6",
    )
    ended = topicdesk("export", finished_run.out / "project.topicdesk", "--to", tmp_path, "--format", "svg", *asked)
    assert ended.code == 0
    svg = (tmp_path / "map.svg").read_text("utf-8")
    assert float(svg.split('width="')[1].split("pt")[0]) == pytest.approx(85 / 25.4 * 72, abs=0.1)
    assert ">Über $uns</text>" in svg
    assert {path.name for path in tmp_path.iterdir()} == {"map.svg", "map.alt.txt", "map.data.csv"}


@pytest.mark.slow
def test_that_an_interactive_map_is_exported_with_and_without_texts(finished_run, tmp_path):
    for folder, options in (("with", ()), ("without", ("--no-texts",))):
        ended = topicdesk("export", finished_run.out / "project.topicdesk", "--to", tmp_path / folder, "--format", "html", *options)
        assert (ended.code, ended.out.strip()) == (0, str(tmp_path / folder / "map.html"))
    sizes = [(tmp_path / folder / "map.html").stat().st_size for folder in ("with", "without")]
    assert sizes[0] > sizes[1] + 1000


def test_that_a_figure_beyond_reason_is_refused_in_one_sentence(tmp_path):
    for option, value in (("--width-mm", "0"), ("--dpi", "100000"), ("--labels", "-1"), ("--font-size", "1000")):
        ended = topicdesk("export", tmp_path / "any.topicdesk", "--to", tmp_path / "out", "--format", "png", option, value)
        assert ended.code == 2
        assert option in ended.reason()


@pytest.mark.slow
def test_that_exported_tables_are_those_of_the_run(finished_run, tmp_path):
    ended = topicdesk("export", finished_run.out / "project.topicdesk", "--to", tmp_path, "--format", "csv")
    assert ended.code == 0, ended.err
    for name in ("topics.csv", "documents.csv"):
        with (tmp_path / name).open(newline="", encoding="utf-8") as exported, (finished_run.out / name).open(newline="", encoding="utf-8") as left:
            for row, of_run in zip(csv.DictReader(exported), csv.DictReader(left), strict=True):
                assert {column: row[column] for column in of_run if column in row} == {column: cell for column, cell in of_run.items() if column in row}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_that_a_project_is_exported_for_other_programs(finished_run, tmp_path, kind):
    ended = topicdesk("export", finished_run.out / "project.topicdesk", "--to", tmp_path, "--format", kind)
    assert (ended.code, ended.out.split()) == (0, [str(tmp_path / f"topics.{kind}"), str(tmp_path / f"documents.{kind}")])
    read = json.loads(topicdesk("preview", tmp_path / f"documents.{kind}", "--json", "--rows", "all").out)
    with (finished_run.out / "documents.csv").open(newline="", encoding="utf-8") as stream:
        left = list(csv.DictReader(stream))
    assert read["n_rows"] == len(left)
    label = [column["name"] for column in read["columns"]].index("label")
    assert [row[label] for row in read["rows"]] == [row["label"].removeprefix("'") for row in left]


def test_that_what_is_no_project_is_not_exported(tmp_path):
    (tmp_path / "text.topicdesk").write_text("no project\n" * 500)
    empty = sqlite3.connect(tmp_path / "other.topicdesk")
    empty.execute("CREATE TABLE t (x)")
    empty.commit()
    empty.close()
    for name in ("text.topicdesk", "other.topicdesk", "absent.topicdesk"):
        ended = topicdesk("export", tmp_path / name, "--to", tmp_path / "out", "--format", "png")
        assert ended.code == 2
        assert name in ended.reason()
        assert not (tmp_path / "out").exists()
