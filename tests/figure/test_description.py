"""The figure in words and as a table."""

import csv
import io

import numpy as np

from tests.figure.synthetic import synthetic_content
from topicdesk.core.plate import Plate
from topicdesk.core.settings import FigureSettings
from topicdesk.figure.description import COLUMNS, alt_text, data_table
from topicdesk.figure.draw import MapContent, lay_out_labels, map_canvas


def test_that_the_words_name_counts_largest_topics_and_places():
    content = synthetic_content(600, 5)
    words, sizes = alt_text(content, Plate("My map")), np.bincount(content.topic_of[content.topic_of >= 0])
    assert words.startswith("My map. Topic map of 600 documents")
    assert f"Colours mark 5 topics; {int((content.topic_of < 0).sum()):,} documents" in words
    assert f"{content.texts[0]} ({sizes[0]})" in words
    assert "To the " in words


def test_that_labels_that_hold_commas_can_be_told_apart():
    content = synthetic_content(600, 5, texts=("graph, node", "kernel, rank", "speech, audio", "patient, mri", "agent, game"))
    words, sizes = alt_text(content), np.bincount(content.topic_of[content.topic_of >= 0])
    assert f"graph, node ({sizes[0]}); kernel, rank ({sizes[1]}); " in words


def test_that_a_map_without_topics_or_documents_has_words_too():
    assert alt_text(MapContent(np.zeros((3, 2), dtype=np.float32), np.full(3, -1))).endswith("No topics are marked.")
    assert "0 documents" in alt_text(MapContent(np.zeros((0, 2), dtype=np.float32), np.zeros(0, dtype=np.int64)))


def test_that_the_table_has_every_topic_and_the_places_of_drawn_labels():
    content = synthetic_content(600, 5, texts=("=SUM(A1)", "Privacy", "Speech", "Fairness", "Audio"))
    labels = lay_out_labels(content, FigureSettings(n_labels=2), map_canvas(content, 800, 600, 100))
    rows = list(csv.DictReader(io.StringIO(data_table(content, labels))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["topic"] for row in rows] == ["0", "1", "2", "3", "4", "-1"]
    assert rows[0]["label"] == "'=SUM(A1)"
    assert sum(int(row["documents"]) for row in rows) == 600
    assert [bool(row["label_x"]) for row in rows] == [True, True, False, False, False, False]
    assert all(len(row["colour"]) == 7 for row in rows[:-1])
