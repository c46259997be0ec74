import csv

import pytest

from topicdesk.core.events import RunCancelled
from topicdesk.project.store import Project


def until(qtbot, condition, timeout=10_000):
    qtbot.waitUntil(lambda: bool(condition()), timeout=timeout)


def run(qtbot, session, corpus_path):
    session.open_path(corpus_path)
    until(qtbot, lambda: session.state == "preview")
    session.start_run()
    until(qtbot, lambda: session.state in ("result", "failed", "cancelled"))


def heard(signal):
    told = []
    signal.connect(told.append)
    return told


def test_that_a_dropped_corpus_becomes_a_project_beside_it(make_session, qtbot, corpus_path):
    session = make_session()
    states = heard(session.state_changed)
    run(qtbot, session, corpus_path)
    assert states == ["previewing", "preview", "running", "result"]
    assert session.project_path == corpus_path.with_suffix(".topicdesk")
    assert session.project is not None
    assert len(session.corpus.documents) == 60
    assert [topic.label.origin for topic in session.analysis.topics] == ["language model"] * 6


def test_that_positions_come_before_topics_and_keyword_labels_before_the_models_names(make_session, qtbot, corpus_path):
    session = make_session("pause=0.2", "steps=1")
    order = []
    session.positions_ready.connect(lambda positions: order.append(("positions", positions.shape)))
    session.analysis_changed.connect(lambda analysis: order.append(("analysis", analysis.topics[0].label.origin)))
    session.labels_changed.connect(lambda analysis: order.append(("labels", analysis.topics[0].label.origin)))
    run(qtbot, session, corpus_path)
    assert order[:2] == [("positions", (60, 2)), ("analysis", "keywords")]
    assert order[-1] == ("labels", "language model")


def test_that_a_file_that_is_no_table_leads_back_to_the_empty_state_with_a_reason(make_session, qtbot, tmp_path):
    session = make_session()
    reasons = heard(session.preview_failed)
    (tmp_path / "picture.csv").write_bytes(b"\xff\xfe\x00\x01")
    session.open_path(tmp_path / "picture.csv")
    until(qtbot, lambda: reasons)
    assert session.state == "empty"
    assert "picture.csv" in reasons[0]


def test_that_a_correction_that_fails_leaves_the_preview_open(make_session, qtbot, corpus_path):
    session = make_session()
    reasons = heard(session.preview_failed)
    session.open_path(corpus_path)
    until(qtbot, lambda: session.state == "preview")
    session.correct_preview(encoding="no such encoding")
    until(qtbot, lambda: reasons)
    assert session.state == "preview"


def test_that_a_corrected_role_is_read_anew_and_used_by_the_run(make_session, qtbot, corpus_path):
    session = make_session()
    session.open_path(corpus_path)
    until(qtbot, lambda: session.state == "preview")
    session.correct_preview(title="", text="title")
    until(qtbot, lambda: session.preview["columns"][1]["role"] == "text")
    assert session.source.text == "title"


def test_that_a_forecast_follows_the_preview(make_session, qtbot, corpus_path):
    session = make_session()
    forecasts = heard(session.forecast_ready)
    session.open_path(corpus_path)
    until(qtbot, lambda: forecasts)
    assert forecasts[0].n_documents == 60


def test_that_cancel_says_what_was_kept_and_the_run_can_go_on(make_session, qtbot, corpus_path):
    session = make_session("pause=0.03")
    words = heard(session.cancelled)
    session.open_path(corpus_path)
    until(qtbot, lambda: session.state == "preview")
    session.start_run()
    until(qtbot, lambda: session.positions is not None)
    session.cancel()
    until(qtbot, lambda: session.state == "cancelled")
    assert isinstance(words[0], RunCancelled) and "kept" in words[0].kept
    session.start_run()
    until(qtbot, lambda: session.state == "result")


def test_that_an_engine_that_died_leaves_the_session_ready_for_the_next_run(make_session, qtbot, corpus_path):
    session = make_session("die=cluster")
    failures = heard(session.failed)
    run(qtbot, session, corpus_path)
    assert failures[0].engine_died and failures[0].stage == "cluster"
    until(qtbot, lambda: session.engine_state == "ready")
    session.start_run()
    until(qtbot, lambda: len(failures) == 2)


@pytest.mark.parametrize("stage", ["embed", "label"])
def test_that_a_run_goes_on_by_itself_after_the_engine_died_of_the_graphics_card(make_session, qtbot, corpus_path, stage):
    session = make_session(f"card={stage}")
    failures, notices = heard(session.failed), heard(session.notice)
    run(qtbot, session, corpus_path)
    assert session.state == "result"
    assert failures == []
    assert any("The run goes on by the processor" in notice for notice in notices)


def test_that_another_corpus_of_the_same_name_is_offered_a_project_of_its_own(make_session, qtbot, corpus_path):
    session = make_session()
    failures = heard(session.failed)
    run(qtbot, session, corpus_path)
    lines = corpus_path.read_text("utf-8").splitlines()
    corpus_path.write_text("\n".join(lines[:41]), "utf-8")
    run(qtbot, session, corpus_path)
    assert session.can_take_fresh_name(failures[0])
    session.start_run(fresh_name=True)
    until(qtbot, lambda: session.state == "result")
    assert session.project_path.name == "corpus-2.topicdesk"
    with Project(corpus_path.with_suffix(".topicdesk")) as untouched:
        assert len(untouched.corpus().documents) == 60


def test_that_a_sample_has_a_project_of_its_own(make_session, qtbot, corpus_path):
    session = make_session()
    session.open_path(corpus_path)
    until(qtbot, lambda: session.state == "preview")
    session.start_run(20)
    until(qtbot, lambda: session.state == "result")
    assert session.project_path.name == "corpus-sample-20.topicdesk"
    assert len(session.corpus.documents) == 20


def test_that_a_renamed_topic_survives_reopening_and_can_be_undone(make_session, qtbot, corpus_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    session.rename_topic(2, "  My own\n name ")
    assert session.analysis.topics[2].label.text == "My own name"
    session.open_path(session.project_path)
    until(qtbot, lambda: session.state == "result")
    assert session.analysis.topics[2].label.origin == "researcher"
    assert session.edits.can_undo
    session.undo()
    until(qtbot, lambda: session.edits.can_redo)
    assert session.analysis.topics[2].label.origin == "language model"
    session.redo()
    until(qtbot, lambda: session.analysis.topics[2].label.origin == "researcher")


def test_that_an_edit_made_just_before_closing_is_on_disk(make_session, qtbot, corpus_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    session.rename_topic(0, "Last words")
    session.close()
    with Project(corpus_path.with_suffix(".topicdesk")) as project:
        assert list(project.edits.names().values()) == ["Last words"]


def test_that_of_many_topic_sizes_tried_the_newest_is_shown(make_session, qtbot, corpus_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    trials = heard(session.trial_changed)
    for size in range(20, 2, -1):
        session.try_topic_size(size)
    until(qtbot, lambda: trials and trials[-1].min_topic_size == 3)
    assert len(trials) < 4
    session.discard_trial()
    assert trials[-1] is None


def test_that_an_applied_trial_runs_with_its_size(make_session, qtbot, corpus_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    session.try_topic_size(7)
    until(qtbot, lambda: session.trial is not None)
    session.apply_trial()
    until(qtbot, lambda: session.state == "result")
    assert session.analysis.settings.clustering.min_topic_size == 7
    assert session.trial is None


def test_that_choosing_a_document_chooses_its_topic_unless_documents_are_selected(make_session, qtbot, corpus_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    session.choose_document(8)
    assert session.chosen_topic == session.analysis.assignment.topic_of[8]
    session.choose_documents([1, 2, 3])
    session.choose_document(3)
    assert session.chosen_documents == [1, 2, 3]
    session.choose_topic(None)
    assert session.chosen_documents is None


def test_that_a_project_whose_run_never_finished_can_go_on(make_session, qtbot, corpus_path):
    session = make_session("fail=embed")
    run(qtbot, session, corpus_path)
    session.close()
    other = make_session()
    other.open_path(session.project_path)
    until(qtbot, lambda: other.state == "cancelled")
    other.start_run()
    until(qtbot, lambda: other.state == "result")


def test_that_a_file_that_is_no_project_is_refused_in_words(make_session, qtbot, tmp_path):
    session = make_session()
    reasons = heard(session.preview_failed)
    (tmp_path / "letter.topicdesk").write_text("Dear reader, " * 100)
    session.open_path(tmp_path / "letter.topicdesk")
    until(qtbot, lambda: reasons)
    assert "letter.topicdesk" in reasons[0]
    assert session.state == "empty"


def test_that_the_sample_is_written_and_previewed(make_session, qtbot):
    session = make_session()
    session.open_sample()
    until(qtbot, lambda: session.state == "preview")
    assert session.preview["n_rows"] == 2


def test_that_exported_tables_take_free_names(make_session, qtbot, corpus_path, tmp_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    notices = heard(session.notice)
    for _ in range(2):
        session.export_tables(tmp_path)
    until(qtbot, lambda: len(notices) == 2)
    with (tmp_path / "corpus-documents-2.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == 61


def test_that_nothing_is_opened_while_a_run_goes_on(make_session, qtbot, corpus_path):
    session = make_session("pause=0.05", "steps=50")
    notices = heard(session.notice)
    session.open_path(corpus_path)
    until(qtbot, lambda: session.state == "preview")
    session.start_run()
    session.open_path(corpus_path)
    assert session.state == "running"
    assert "Cancel it first" in notices[0]
