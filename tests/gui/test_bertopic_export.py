from tests.gui.test_session import heard, run, until


def test_that_a_folder_for_bertopic_is_asked_for_under_a_free_name_and_told(make_session, qtbot, corpus_path, tmp_path):
    session = make_session()
    run(qtbot, session, corpus_path)
    told = heard(session.notice)
    (tmp_path / "corpus-bertopic").mkdir()
    session.bertopic_export.ask(tmp_path)
    until(qtbot, lambda: told)
    assert str(tmp_path / "corpus-bertopic-2") in told[0] and "2 topics that hold no documents any more" in told[0]
    assert (tmp_path / "corpus-bertopic-2").is_dir()


def test_that_a_second_folder_can_be_asked_for_and_none_without_a_project(make_session, qtbot, corpus_path, tmp_path):
    session = make_session()
    told = heard(session.notice)
    session.bertopic_export.ask(tmp_path)
    assert told == [] and list(tmp_path.glob("*bertopic*")) == []
    run(qtbot, session, corpus_path)
    for n in (1, 2):
        session.bertopic_export.ask(tmp_path)
        until(qtbot, lambda n=n: len(told) == n)


def test_that_an_engine_that_dies_over_the_export_is_told(make_session, qtbot, corpus_path, tmp_path):
    session = make_session("mute")
    run(qtbot, session, corpus_path)
    told = heard(session.notice)
    session.bertopic_export.ask(tmp_path)
    until(qtbot, (tmp_path / "corpus-bertopic").is_dir)
    session._engine._process.kill()
    until(qtbot, lambda: told)
    assert "The engine ended" in told[0]
