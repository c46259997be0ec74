import csv
import re
from dataclasses import replace

import numpy as np
import pytest

from tests.core.test_edited_analysis import FOUND, N
from topicdesk.core.analysis import Label, ModelFile, TopicAssignment
from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.edit_log import EditLog
from topicdesk.core.edit_making import banning, creating, deleting, keeping, marking, merging, moving, naming, relabelling
from topicdesk.core.edited_analysis import apply_edits
from topicdesk.core.methods import methods_references, methods_text
from topicdesk.core.records import write_records
from topicdesk.core.settings import LabellingSettings
from topicdesk.core.text_making import TextMaking
from topicdesk.core.text_update import TextUpdate

CORPUS = Corpus(tuple(Document(f"d{i}", "some text" if i else "") for i in range(N)), dropped={"empty text": 1}, unreadable=((7, "too long"),))
MODELS = (ModelFile("embedding", "/home/me/all-MiniLM-L6-v2", "ab" * 32), ModelFile("language", "C:\\models\\Mine-Q4.gguf", "cd" * 32))
ASKED = FOUND.with_labels({topic.number: replace(topic.label, prompt="Keywords:") for topic in FOUND.topics})
STUDY = replace(ASKED, models=MODELS, versions={"topicdesk": "0.1", "torch": "2.13.0"}, numerics={"texts": {"n_cut": 12, "n_max_tokens": 256}})


@pytest.fixture
def log():
    topics = STUDY.topics
    edits = [
        naming(topics[0], "=Mine | too", False), marking(topics[:3], "check", "yes"), merging([topics[1], topics[2]]), moving(STUDY, [1, 2, 8], topics[3]),
        keeping(STUDY, [5], True), banning("a0"), deleting([topics[3]]),
    ]  # fmt: skip
    log = EditLog()
    for edit in edits:
        log = log.with_edit(edit)
    return log.undone().explained(1, "It says more.")


def written(kind, folder, log, study=STUDY):
    return write_records(kind, lambda name: folder / name, study, apply_edits(study, log.edits), log, CORPUS)


def test_that_the_log_says_when_what_from_to_and_why_of_every_edit(tmp_path, log):
    table, page = written("log", tmp_path, log)
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["what"] for row in rows] == ["Renamed", "Checked", "Merged", "Moved documents", "Kept as noise", "Banned a keyword", "Deleted"]
    assert rows[0] | {"when": "", "topics": ""} == {
        "number": "1", "when": "", "what": "Renamed", "from": "Label a", "to": "'=Mine | too", "why": "It says more.", "state": "done",
        "n_documents": "0", "documents": "", "topics": "",
    }  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", rows[0]["when"])
    assert rows[3]["documents"] == "d1, d2, d8"
    assert rows[-1]["state"] == "undone"
    lines = page.read_text("utf-8").splitlines()
    assert sum(line.startswith("| ") for line in lines) == len(rows) + 1
    assert r"=Mine \| too" in page.read_text("utf-8")


def test_that_an_update_of_the_texts_stands_among_the_edits_with_what_is_gone(tmp_path, log):
    first = replace(log.edits[0], made="2026-01-01T00:00:00.000+00:00")
    update = TextUpdate("2026-02-01T00:00:00+00:00", 12, 0, 2, 1300, True, ("d7", "d9"))
    table, page = written("log", tmp_path, EditLog((first, *log.edits[1:]), (update,)))
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["what"] for row in rows[:3]] == ["Renamed", "Texts updated", "Checked"]
    assert (rows[1]["number"], rows[1]["to"], rows[1]["documents"], rows[1]["n_documents"]) == ("", "12 new, 2 gone, 1,300 the same", "d7, d9", "2")
    assert "12 new, 2 gone, 1,300 the same" in page.read_text("utf-8")


def test_that_documents_which_joined_later_are_told_in_the_methods_paragraph():
    joined = [{"n_placed": 5, "n_in_topics": 4, "n_neighbours": 15}, {"n_placed": 2, "n_in_topics": 2, "n_neighbours": 15}]
    later = replace(STUDY, numerics=STUDY.numerics | {"newcomers": joined})
    text = methods_text(later, CORPUS, apply_edits(later, ()).tally, later)
    assert "Of these, 7 texts came or changed after the topics were found; each was assigned to the topic of most of the 15 texts" in text
    assert "nearest to (1 of them to no topic)." in text


def test_that_what_does_not_hold_in_this_analysis_says_why_in_the_log(tmp_path, log):
    other = replace(STUDY, topics=tuple(replace(topic, stable_id=f"other {topic.number}") for topic in STUDY.topics))
    table, _ = written("log", tmp_path, log, other)
    assert table.read_text("utf-8").count("not in this analysis") >= 2


def test_that_every_number_of_the_methods_paragraph_is_that_of_the_analysis_and_of_the_edits(tmp_path, log):
    text = written("methods", tmp_path, log)[0].read_text("utf-8")
    unassigned = int((STUDY.assignment.topic_of[1:] == -1).sum())
    for words in (
        "We analysed 39 texts (1 excluded: 1 empty text; 1 row could not be read; 12 read in part, the first 256 tokens).",
        f"embedded with all-MiniLM-L6-v2 (sha256 {'ab' * 6})", "UMAP (15 neighbours, 5 dimensions, minimum distance 0, cosine, seed 42)",
        "HDBSCAN (minimum size 3, excess of mass)", f"giving 4 topics; {unassigned} texts ({100 * unassigned / 39:.1f} %) remained unassigned",
        f"Mine-Q4 (sha256 {'cd' * 6}), run locally with greedy decoding", "proposed labels from c-TF-IDF and KeyBERT keywords;",
        "Each topic is described by its 10 best terms of one to two words, by c-TF-IDF, by KeyBERT (Grootendorst 2020) and by maximal marginal relevance",
        "diversity 0.3",
        "checked 1 of 3 labels, renamed 1, merged 1, moved 3 texts, kept 1 text as noise, excluded 1 word from the keywords.",
        "After that there were 3 topics", "TopicDesk 0.1; method after BERTopic (Grootendorst 2022).", "Computed with torch 2.13.0.",
    ):  # fmt: skip
        assert words in text, words
    assert "/home" not in text and "C:" not in text


def test_that_references_name_the_method_its_parts_and_the_models(tmp_path, log):
    bibtex = written("methods", tmp_path, log)[1].read_text("utf-8")
    keys = re.findall(r"^@\w+\{([^,]+),", bibtex, re.MULTILINE)
    assert {"grootendorst2022bertopic", "mcinnes2018umap", "campello2013hdbscan", "wang2020minilm", "llamacpp", "mineq4-cdcdcd"} <= set(keys)
    assert {"grootendorst2020keybert", "carbonell1998mmr"} <= set(keys)
    assert len(keys) == len(set(keys))
    assert "cd" * 32 in bibtex
    assert bibtex.count("{") == bibtex.count("}")


def test_that_no_language_model_and_few_texts_are_said_as_they_are():
    nowhere = TopicAssignment(np.full(9, -1), np.zeros(9, dtype=np.float32))
    few = replace(STUDY, models=MODELS[:1], positions=STUDY.positions[:9], numerics={}, assignment=nowhere, topics=())
    text = methods_text(few, Corpus(CORPUS.documents[:9]), apply_edits(few, ()).tally, few)
    assert "We analysed 8 texts." in text
    assert "reduced with PCA" in text and "UMAP" not in text
    assert "named by their c-TF-IDF keywords" in text
    assert "giving 0 topics; 8 texts (100.0 %)" in text
    assert "Each topic is described" not in text


def test_that_accepted_labels_are_counted_and_their_model_is_named():
    label = Label("New", "language model", model="Other-13b.gguf", model_sha256="ef" * 32)
    edited = apply_edits(STUDY, EditLog().with_edit(relabelling(STUDY.topics[:1], [label])).edits)
    text = methods_text(STUDY, CORPUS, edited.tally, edited.analysis)
    assert "took another answer of a language model for 1 topic." in text
    assert f"Later answers are by Other-13b (sha256 {'ef' * 6})." in text
    assert "@misc{other13b-efefef," in methods_references(STUDY, edited.analysis)


def test_that_two_models_of_one_name_have_two_references():
    label = Label("New", "language model", model="Mine-Q4.gguf", model_sha256="ef" * 32)
    edited = apply_edits(STUDY, EditLog().with_edit(relabelling(STUDY.topics[:1], [label])).edits)
    bibtex = methods_references(STUDY, edited.analysis)
    assert "@misc{mineq4-cdcdcd," in bibtex
    assert "@misc{mineq4-efefef," in bibtex


def test_that_the_tally_counts_each_moved_document_once():
    edits = EditLog()
    for edit in (moving(STUDY, [1, 2], STUDY.topics[3]), moving(STUDY, [2, 3], STUDY.topics[0]), creating(STUDY, [3, 4])):
        edits = edits.with_edit(edit)
    tally = apply_edits(STUDY, edits.edits).tally
    assert (tally.n_moved, tally.n_created) == (4, 1)


@pytest.mark.parametrize(
    ("quotes", "prompt", "main_prompt", "words"),
    [
        ((), "Keywords: a", "", "from c-TF-IDF and KeyBERT keywords;"),
        ((), "Name this: a", "Name this: [KEYWORDS]", "from c-TF-IDF keywords;"),
        ((5, 5, 5, 5), "Texts: a", "", "from c-TF-IDF keywords and excerpts of 5 typical texts;"),
        ((5, 3, 0, 5), "Texts: a", "", "from c-TF-IDF keywords and excerpts of up to 5 typical texts;"),
        ((), "", "", "from keywords and, where its prompt asked for them, excerpts of typical texts;"),
    ],
)
def test_that_the_methods_name_what_the_model_was_shown_and_nothing_else(quotes, prompt, main_prompt, words):
    labels = {n: replace(t.label, prompt=prompt, quotes=("A text.",) * (quotes[n] if quotes else 0)) for n, t in enumerate(STUDY.topics)}
    settings = replace(STUDY.settings, labelling=LabellingSettings(main_prompt=main_prompt))
    study = replace(STUDY.with_labels(labels), settings=settings)
    assert words in methods_text(study, CORPUS, apply_edits(study, ()).tally, study)


def test_that_a_language_model_that_named_nothing_is_not_said_to_have_proposed_labels():
    study = STUDY.with_labels({topic.number: Label("a, b", "keywords") for topic in STUDY.topics})
    text = methods_text(study, CORPUS, apply_edits(study, ()).tally, study)
    assert "Topics were named by their c-TF-IDF keywords." in text and "proposed" not in text


def test_that_the_methods_say_of_which_columns_a_text_is_made():
    corpus = replace(CORPUS, making=TextMaking(("title", "abstract")))
    assert "A text is made of the columns title and abstract." in methods_text(STUDY, corpus, apply_edits(STUDY, ()).tally, STUDY)
