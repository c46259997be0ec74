import pytest

from tests.project.made_projects import SECRET, everything_of, made_analysis, make_project
from topicdesk.core.analysis import Label
from topicdesk.core.edits import Edit
from topicdesk.core.errors import DamagedProject
from topicdesk.core.label_cards import labels_to_text
from topicdesk.project import schema, sharing
from topicdesk.project.copying import copy_whole
from topicdesk.project.sharing import share_project
from topicdesk.project.store import Project


@pytest.fixture
def path(tmp_path):
    return make_project(tmp_path / "p.topicdesk")


def occurrences(content, words):
    return sum(content.count(words.encode(encoding)) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def test_that_a_copy_without_texts_repeats_nothing_of_a_document(path, tmp_path):
    with Project(path) as project, project.transaction() as connection:  # a note quotes, a reason too
        connection.execute("INSERT INTO edit (made, what, topic, before, after, why) VALUES ('t', 'note', 'stable-0', ?, ?, ?)", (SECRET, SECRET, SECRET))
        connection.execute("INSERT INTO text_update VALUES (1, 't', 0, 0, 1, 39, 1, ?)", (f'["{SECRET}"]',))
    with Project(path) as project:
        project.edits.add(Edit("note", ("stable-0",), SECRET, before=SECRET, after=SECRET))
        accepted = Label("Court rulings", "language model", SECRET, alternatives=(SECRET,), refusals=((SECRET, "too long"),), quotes=(SECRET,), model="m.gguf")
        project.edits.add(Edit("relabel", ("stable-1",), labels_to_text([accepted])))
    assert occurrences(path.read_bytes(), SECRET) > 10
    share_project(path, tmp_path / "copy.topicdesk", with_texts=False)
    content = (tmp_path / "copy.topicdesk").read_bytes()
    for words in (SECRET, "Zwickelmann", "zwickelmann", "Text 7", "Title 7", "2020"):
        assert occurrences(content, words) == 0
    assert b"Rockets" in content
    with Project(tmp_path / "copy.topicdesk") as project:
        shown = project.edited(project.analyses.get(project.analyses.current(), "")).analysis
        assert shown.topics[1].label == Label("Court rulings", "language model", model="m.gguf")


def test_that_a_copy_without_texts_opens_and_shows_map_topics_and_labels(path, tmp_path):
    share_project(path, tmp_path / "copy.topicdesk", with_texts=False)
    (tmp_path / "copy.topicdesk").rename(tmp_path / "elsewhere.topicdesk")
    with Project(tmp_path / "elsewhere.topicdesk") as project:
        assert not project.has_texts
        assert [document.id for document in project.corpus().documents] == [str(i + 1) for i in range(40)]
        assert set(project.corpus().texts) == {""}
        shown = project.analyses.get(project.analyses.current(), "")
        assert [(topic.label.text, topic.label.origin, topic.keywords) for topic in shown.topics] == [
            (topic.label.text, topic.label.origin, topic.keywords) for topic in made_analysis().topics
        ]
        assert shown.positions.tobytes() == made_analysis().positions.tobytes()
        assert [model.path for model in shown.models] == ["MiniLM", "m.gguf"]
        assert project.edits.names() == {"stable-0": "Rockets"}
        assert project.layout("places") == {"stable-0": [1, 2]}
        project.check()
        project.edits.rename("stable-1", "An edit of the copy")


def test_that_a_copy_with_texts_has_them_and_no_cache_and_no_folder(path, tmp_path):
    share_project(path, tmp_path / "copy.topicdesk", with_texts=True)
    (corpus, shown, *rest), (corpus_before, shown_before, *rest_before) = everything_of(tmp_path / "copy.topicdesk"), everything_of(path)
    assert (corpus, shown[:3], rest) == (corpus_before, shown_before[:3], rest_before)
    assert b"/home/" not in (tmp_path / "copy.topicdesk").read_bytes()
    assert b"Users" not in (tmp_path / "copy.topicdesk").read_bytes()
    with Project(tmp_path / "copy.topicdesk") as project:
        assert project.has_texts
        assert project.source()["path"] == "interviews.csv"
        assert project.artifacts.n_bytes() == 0


def test_that_nothing_is_left_where_the_project_is_damaged(path, tmp_path):
    content = bytearray(path.read_bytes())
    content[4096 : len(content) // 2] = b"\xa5" * (len(content) // 2 - 4096)
    path.write_bytes(content)
    with pytest.raises(DamagedProject):
        share_project(path, tmp_path / "copy.topicdesk", with_texts=False)
    assert [found.name for found in tmp_path.iterdir()] == ["p.topicdesk"]


def test_that_every_column_of_the_newest_version_is_decided_upon(path):
    with Project(path) as project, project.transaction() as connection:
        columns = schema.tables(connection)
    decided = {table: set(names.split()) for table, names in sharing.HARMLESS.items()}
    for replaced in (sharing.WITHOUT_PATHS, sharing.WITHOUT_TEXTS):
        for table, names in replaced.items():
            decided[table] = decided[table] | set(names)
    assert {table: sorted(names) for table, names in decided.items()} == {table: sorted(names) for table, names in columns.items()}


def test_that_a_copy_in_the_place_of_a_project_never_takes_over_the_log_of_that(path, tmp_path):
    other = make_project(tmp_path / "other.topicdesk")
    with Project(other) as project:
        project.edits.rename("stable-0", "Of the other")
        log = other.with_name(other.name + "-wal")
        kept = log.read_bytes()
    log.write_bytes(kept)  # as a killed window leaves it
    copy_whole(path, other)
    with Project(other) as project:
        project.check()
        assert project.edits.names() == {"stable-0": "Rockets"}
