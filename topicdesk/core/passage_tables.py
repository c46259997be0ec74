"""What tables say of documents in passages: one row a document all the same, and beside it the passages and each document's profile."""

from __future__ import annotations

from typing import Any

from topicdesk.core.analysis import Analysis
from topicdesk.core.corpus import Corpus
from topicdesk.core.passages import profiles_of
from topicdesk.core.tables import Table

PASSAGE_COLUMNS = ("id", "document", "passage", "speaker", "topic", "label", "strength", "x", "y", "text")
PROFILE_COLUMNS = ("id", "topic", "label", "share", "n_passages")


def further_tables(analysis: Analysis, corpus: Corpus) -> dict[str, Table]:
    """The tables "passages" and "profiles"; none where documents are whole."""
    if corpus.spans is None:
        return {}
    return {"passages": passage_table(analysis, corpus), "profiles": profile_table(analysis, corpus)}


def passage_table(analysis: Analysis, corpus: Corpus) -> Table:
    """One row a passage, by document and in the order of its text."""
    assert corpus.spans is not None
    labels = {topic.number: topic.label.text for topic in analysis.topics}
    assignment = analysis.assignment
    columns = zip(corpus.documents, corpus.spans.rows(), assignment.topic_of.tolist(), assignment.strength.tolist(), analysis.positions.tolist(), strict=True)
    rows = (
        (passage.id, corpus.wholes[whole].id, int(passage.id.rpartition(":")[2]), speaker, topic, labels.get(topic, ""), strength, x, y, passage.text)
        for passage, (whole, _, _, speaker), topic, strength, (x, y) in columns
    )
    return Table(PASSAGE_COLUMNS, (str, str, int, str, int, str, float, float, float, str), len(corpus.documents), rows)


def profile_table(analysis: Analysis, corpus: Corpus) -> Table:
    """One row for each document and topic that occurs in it, -1 among them; the shares of a document make 1."""
    assert corpus.spans is not None
    labels = {topic.number: topic.label.text for topic in analysis.topics}
    profiles = profiles_of(corpus.spans, analysis.assignment.topic_of)
    lists: tuple[list[Any], ...] = (profiles.of.tolist(), profiles.topic.tolist(), profiles.share.tolist(), profiles.n_passages.tolist())
    rows = ((corpus.wholes[whole].id, topic, labels.get(topic, ""), share, n_passages) for whole, topic, share, n_passages in zip(*lists, strict=True))
    return Table(PROFILE_COLUMNS, (str, int, str, float, int), len(profiles.of), rows)
