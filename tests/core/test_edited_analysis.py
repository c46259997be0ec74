from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicdesk.core.analysis import Analysis, Keyword, Label, Topic, TopicAssignment
from topicdesk.core.edit_log import EditLog
from topicdesk.core.edit_making import assigning, banning, creating, deleting, keeping, marking, merging, moving, naming, relabelling, splitting
from topicdesk.core.edited_analysis import Description, apply_edits, is_banned
from topicdesk.core.settings import Settings

N, N_TOPICS = 40, 4


def make(topic_of=None, ids="abcd", keywords_key="k"):
    """40 documents; 0 has no text; every fifth is unassigned; topics of falling size."""
    if topic_of is None:
        topic_of = np.array([-1 if i % 5 == 0 else min(i % 7, 3) for i in range(N)])
    positions = np.column_stack([np.arange(len(topic_of)), np.arange(len(topic_of)) ** 2]).astype(np.float32)
    positions[0] = np.nan
    strength = np.where(topic_of >= 0, 0.75, 0).astype(np.float32)
    topics = tuple(
        Topic(
            n, ids[n], int((topic_of == n).sum()), tuple(Keyword(f"{ids[n]}{k}", 1 - k / 20) for k in range(10)), (Keyword(f"{ids[n]}0", 0.9),), (),
            tuple(np.flatnonzero(topic_of == n)[:3].tolist()), Label(f"Label {ids[n]}", "language model"),
        )
        for n in range(topic_of.max() + 1)
    )  # fmt: skip
    return Analysis("f", Settings(), positions, TopicAssignment(topic_of, strength), topics, {}, {"keywords": keywords_key}, {}, ())


FOUND = make()


def applied(*edits, analysis=FOUND, look_up=lambda _: None):
    log = EditLog()
    for edit in edits:
        log = log.with_edit(edit)
    return apply_edits(analysis, log.edits, look_up)


def state(edited):
    """All that a researcher sees, to be compared."""
    analysis = edited.analysis
    return (
        analysis.topics,
        analysis.assignment.topic_of.tolist(),
        analysis.assignment.strength.tolist(),
        edited.kept.tolist(),
        edited.banned,
        edited.keys,
        edited.tally,
    )


def test_that_without_edits_nothing_changes():
    edited = applied()
    assert edited.analysis.topics == FOUND.topics
    assert edited.analysis.assignment is FOUND.assignment
    assert (edited.not_carried, edited.lacking, edited.analysis.found_topic_of) == ({}, (), None)


def test_that_marks_and_names_lie_above_the_result():
    topic = FOUND.topics[1]
    edits = [naming(topic, " Mine\n now ", False), marking([topic], "check", "yes"), marking([topic], "note", "odd"), marking([topic], "colour", "#ff0000")]
    shown = applied(*edits).analysis.topics[1]
    assert (shown.label, shown.is_checked, shown.note, shown.colour) == (Label("Mine now", "researcher", alternatives=("Label b",)), True, "odd", "#ff0000")
    assert applied(*edits, naming(shown, "", True)).analysis.topics[1].label == topic.label
    assert marking([shown], "check", "yes") is None
    assert naming(shown, "Mine now", True) is None


EVIDENCE = Label(
    "Model b", "language model", "Keywords: b", 1.5, log_probability=-0.2, alternatives=("B",), quotes=("q",), model="m.gguf", flags=("too broad",)
)


def test_that_a_renamed_topic_keeps_the_evidence_of_the_models_label():
    found = FOUND.with_labels({1: EVIDENCE})
    shown = applied(naming(found.topics[1], "Mine", False), analysis=found).analysis.topics[1].label
    assert (shown.text, shown.origin, shown.confidence, shown.flags) == ("Mine", "researcher", "", ())
    assert shown.alternatives == ("Model b", "B")
    assert (shown.prompt, shown.quotes, shown.model, shown.seconds) == ("Keywords: b", ("q",), "m.gguf", 1.5)


def test_that_accepted_labels_are_edits_with_their_cards():
    topics, others = FOUND.topics[:2], [replace(EVIDENCE, text="Other a"), EVIDENCE]
    edit = relabelling(topics, others)
    edited = applied(edit)
    assert [topic.label for topic in edited.analysis.topics[:2]] == others
    assert (edit.before, edit.after) == ("Label a, Label b", "Other a, Model b")
    assert edited.tally.n_relabelled == 2 and edited.tally.n_renamed == 0
    assert relabelling(edited.analysis.topics[:2], others) is None
    assert applied(edit, analysis=make(ids="xbyz")).not_carried[1].startswith("Only in part")
    assert applied(replace(edit, value="nonsense")).not_carried == {1: "These are no labels."}


def test_that_the_newer_of_a_name_and_an_accepted_label_holds_and_an_empty_name_gives_the_accepted_one_back():
    topic = FOUND.topics[1]
    rename, accept = naming(topic, "Mine", False), relabelling([topic], [EVIDENCE])
    assert applied(rename, accept).analysis.topics[1].label == EVIDENCE
    both = applied(accept, rename)
    assert both.analysis.topics[1].label.text == "Mine" and both.tally.n_relabelled == 0
    assert applied(accept, rename, naming(both.analysis.topics[1], "", True)).analysis.topics[1].label == EVIDENCE


def test_that_a_new_topic_keeps_the_label_that_was_accepted_for_it():
    create = creating(FOUND, [1, 2, 3])
    new = applied(create).analysis.topics[-1]
    told = Description((Keyword("word", 1.0),))
    assert applied(create, relabelling([new], [EVIDENCE]), look_up=lambda _: told).analysis.topics[-1].label == EVIDENCE


def test_that_a_merge_leaves_numbers_of_others_and_keeps_each_documents_strength():
    edited = applied(merging([FOUND.topics[2], FOUND.topics[0]]))
    analysis = edited.analysis
    largest, gone = (0, 2) if FOUND.topics[0].size >= FOUND.topics[2].size else (2, 0)
    assert [topic.number for topic in analysis.present] == [n for n in range(4) if n != gone]
    assert analysis.topics[largest].size == FOUND.topics[0].size + FOUND.topics[2].size
    assert analysis.topics[1] == FOUND.topics[1]
    np.testing.assert_array_equal(analysis.assignment.strength, FOUND.assignment.strength)
    np.testing.assert_array_equal(analysis.found_topic_of, FOUND.assignment.topic_of)
    assert edited.lacking == (largest,)


def test_that_deleted_topics_leave_their_documents_unassigned_with_no_strength():
    analysis = applied(deleting([FOUND.topics[1]])).analysis
    gone = FOUND.assignment.topic_of == 1
    assert (analysis.assignment.topic_of[gone] == -1).all() and not analysis.assignment.strength[gone].any()
    assert analysis.topics[1].size == 0


def test_that_a_document_without_text_goes_nowhere():
    assert moving(FOUND, [0], FOUND.topics[0]) is None
    assert creating(FOUND, [0]) is None
    assert keeping(FOUND, [0], True) is None


def test_that_a_moved_document_has_no_strength_before_it_is_measured():
    edit = moving(FOUND, [1, 2, 5], FOUND.topics[3])
    edited = applied(edit)
    assert (edited.analysis.assignment.topic_of[[1, 2, 5]] == 3).all()
    assert not edited.analysis.assignment.strength[[1, 2, 5]].any()
    told = {edited.keys[3]: Description((Keyword("new", 1.0),), likeness={1: 0.5, 2: 0.25, 5: 0.125, 3: 0.0}, exemplars=(5, 1))}
    described = applied(edit, look_up=told.get)
    assert described.analysis.assignment.strength[[1, 2, 5, 3]].tolist() == [0.5, 0.25, 0.125, 0.75]
    assert described.analysis.topics[3].exemplars == (5, 1)
    assert described.analysis.topics[3].keywords == (Keyword("new", 1.0),)
    assert described.analysis.topics[3].label == FOUND.topics[3].label  # the model's label stays until it is asked again


def test_that_a_split_keeps_the_largest_part_as_the_topic():
    topic = FOUND.topics[3]
    part_of = np.array([7] * 3 + [2] * (topic.size - 5) + [4] * 2)
    edit = splitting(FOUND, topic, part_of)
    analysis = applied(edit).analysis
    assert [t.size for t in analysis.topics[3:]] == [topic.size - 5, 3, 2]
    assert analysis.topics[4].label.origin == "keywords"
    assert splitting(FOUND, topic, np.zeros(topic.size)) is None
    members = np.flatnonzero(FOUND.assignment.topic_of == 3)
    np.testing.assert_array_equal(analysis.assignment.strength[members], FOUND.assignment.strength[members])


def test_that_a_new_topic_is_named_by_its_keywords_once_they_are_known():
    edit = creating(FOUND, [1, 2, 3])
    edited = applied(edit)
    assert edited.analysis.topics[4].label == Label("Topic 5", "keywords")
    told = Description(tuple(Keyword(term, 1.0) for term in ("solar", "wind", "wind power", "grid")))
    assert applied(edit, look_up={edited.keys[4]: told}.get).analysis.topics[4].label.text == "solar, wind, wind power"


def test_that_the_same_work_gives_the_same_ids():
    assert creating(FOUND, [1, 2]).topics == creating(FOUND, [2, 1, 1]).topics
    assert creating(FOUND, [1, 2]).topics != creating(applied(creating(FOUND, [1, 2])).analysis, [1, 2]).topics


def test_that_assigning_takes_only_documents_that_are_free():
    rows, numbers, strength = np.array([5, 10, 15]), np.array([0, 0, 2]), np.array([0.5, 0.6, 0.7], dtype=np.float32)
    edited = applied(keeping(FOUND, [10], True), assigning(FOUND, rows, numbers, strength, "embedding centroid, 0.5"))
    assert edited.analysis.assignment.topic_of[rows].tolist() == [0, -1, 2]
    assert edited.analysis.assignment.strength[rows].tolist() == [0.5, 0, np.float32(0.7)]
    assert edited.kept.nonzero()[0].tolist() == [10]


@pytest.mark.parametrize(
    ("term", "ban", "is_hit"), [("a0", "a0", True), ("deep a0", "a0", True), ("a0 deep", "deep a0", False), ("Deep A0", "deep a0", True), ("a00", "a0", False)]
)
def test_that_a_banned_word_takes_its_phrases_along_but_a_phrase_only_itself(term, ban, is_hit):
    assert is_banned(term, [ban]) == is_hit


def test_that_banned_keywords_vanish_at_once_and_are_replaced_when_the_engine_has_answered():
    edited = applied(banning("A0"))
    assert [keyword.term for keyword in edited.analysis.topics[0].keywords] == [f"a{k}" for k in range(1, 10)]
    assert edited.lacking == (0,)
    assert edited.analysis.topics[1] == FOUND.topics[1]
    told = Description(tuple(Keyword(f"a{k}", 1 - k / 20) for k in range(15)))
    shown = applied(banning("A0"), look_up={edited.keys[0]: told}.get).analysis.topics[0].keywords
    assert [keyword.term for keyword in shown] == [f"a{k}" for k in range(1, 11)]


def test_that_edits_hold_in_another_analysis_where_their_topics_are_there_and_are_listed_where_not():
    other = make(ids="axyd", keywords_key="other")
    edits = [
        naming(FOUND.topics[0], "Mine", False),
        naming(FOUND.topics[1], "Lost", False),
        merging([FOUND.topics[0], FOUND.topics[3]]),
        creating(FOUND, [1, 2]),
    ]
    edited = applied(*edits, analysis=other)
    assert edited.analysis.topics[0].label.text == "Mine"
    assert edited.not_carried == {2: "The topic is not in this analysis."}
    assert edited.analysis.topics[3].size == 0 or edited.analysis.topics[0].size == 0
    assert edited.analysis.topics[4].size == 2


def test_that_an_edit_of_several_topics_holds_for_those_that_are_there():
    other = make(ids="axyd", keywords_key="other")
    edits = [marking(FOUND.topics, "check", "yes"), merging(FOUND.topics), deleting(FOUND.topics)]
    edited = applied(*edits, analysis=other)
    assert "2 of 4" in edited.not_carried[1] and "2 of 4" in edited.not_carried[2] and "3 of 4" in edited.not_carried[3]
    assert [topic.size for topic in edited.analysis.topics if topic.stable_id in "ad"] == [0, 0]


def test_that_a_split_or_a_new_topic_that_another_analysis_has_found_itself_is_not_made_twice():
    create = creating(FOUND, [1, 2, 3])
    split = splitting(FOUND, FOUND.topics[3], np.arange(FOUND.topics[3].size) % 2)
    other = make(ids=["a", "b", split.topics[1], create.topics[0]])
    edited = applied(create, split, analysis=other)
    assert set(edited.not_carried) == {1, 2}
    assert edited.analysis.assignment.topic_of.tolist() == other.assignment.topic_of.tolist()


WISHES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["rename", "relabel", "check", "note", "hide", "colour", "delete", "split"]), st.integers(0, 9), st.integers(0, 3)),
        st.tuples(st.just("merge"), st.lists(st.integers(0, 9), min_size=1, max_size=3), st.just(0)),
        st.tuples(st.sampled_from(["create", "move", "assign", "keep"]), st.lists(st.integers(0, N - 1), max_size=12), st.integers(-1, 9)),
        st.tuples(st.sampled_from(["ban", "undo", "redo"]), st.sampled_from(["a0", "b1", "c2"]), st.just(0)),
    ),
    max_size=14,
)


def wished(edited, what, which, more):
    """The edits that a wish leads to; a wish for what is not there leads to none."""
    analysis = edited.analysis
    named = [analysis.topics[n] for n in ([which] if isinstance(which, int) else which if what == "merge" else []) if n < len(analysis.topics)]
    named = list({topic.number: topic for topic in named if topic.size}.values())
    target = next((topic for topic in analysis.present if topic.number == more), None)
    if what == "rename":
        return [naming(topic, f"Name {more}", topic.label.origin == "researcher") for topic in named]
    if what == "relabel":
        return [relabelling(named, [Label(f"Model {more}", "language model", "asked")] * len(named))]
    if what in ("check", "hide", "note", "colour"):
        return [marking(named, what, {"check": "yes", "hide": "yes", "note": "odd", "colour": "#00ff00"}[what] if more else "")]
    if what == "merge":
        return [merging(named)]
    if what == "delete":
        return [deleting(named)]
    if what == "split":
        return [splitting(analysis, topic, np.arange(topic.size) % (more + 1)) for topic in named]
    if what == "create":
        return [creating(analysis, which)]
    if what == "move":
        return [moving(analysis, which, target)]
    if what == "assign":
        rows = np.array([r for r in sorted(set(which)) if r and analysis.assignment.topic_of[r] == -1 and not edited.kept[r]], dtype=np.int64)
        return [assigning(analysis, rows, np.full(len(rows), target.number), np.full(len(rows), 0.5), "test")] if target else []
    return [keeping(analysis, which, more % 2 == 0)] if what == "keep" else [banning(which)]


@settings(max_examples=60, deadline=None)
@given(WISHES)
def test_that_any_work_with_undo_and_redo_ends_as_a_replay_of_the_surviving_log(wishes):
    log, snapshots = EditLog(), []
    for wish in wishes:
        if wish[0] in ("undo", "redo"):
            log = log.undone() if wish[0] == "undo" else log.redone()
        else:
            for edit in wished(apply_edits(FOUND, log.edits), *wish):
                if edit is not None:
                    log = log.with_edit(edit)
        edited = apply_edits(FOUND, log.edits)
        replayed = EditLog()
        for edit in log.done:
            replayed = replayed.with_edit(edit)
        assert state(edited) == state(apply_edits(FOUND, replayed.edits))
        snapshots.append((log, state(edited)))
        check_invariants(edited)
        assert not edited.not_carried  # an edit made in an analysis holds in it
    while log.can_undo:
        log = log.undone()
    assert state(apply_edits(FOUND, log.edits)) == state(apply_edits(FOUND, ()))


def check_invariants(edited):
    analysis = edited.analysis
    assert [topic.number for topic in analysis.topics] == list(range(len(analysis.topics)))
    assert len({topic.stable_id for topic in analysis.topics}) == len(analysis.topics)
    counted = np.bincount(analysis.assignment.topic_of + 1, minlength=len(analysis.topics) + 1)[1:]
    assert [topic.size for topic in analysis.topics] == counted.tolist()
    assert analysis.assignment.topic_of[0] == -1
    unassigned = analysis.assignment.topic_of == -1
    assert not analysis.assignment.strength[unassigned].any()
    untouched = [n for n, topic in enumerate(FOUND.topics) if (analysis.assignment.topic_of == n).tolist() == (FOUND.assignment.topic_of == n).tolist()]
    assert all(analysis.topics[n].exemplars == FOUND.topics[n].exemplars for n in untouched)
    assert all(row in np.flatnonzero(analysis.assignment.topic_of == topic.number) for topic in analysis.topics for row in topic.exemplars)
