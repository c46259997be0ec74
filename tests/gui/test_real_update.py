"""The window beside the real engine: a corpus is run, corrected, dropped again and brought up to date."""

from __future__ import annotations

import pytest

from tests.generated_corpora import topical_texts, write_csv
from topicdesk.core.engine_protocol import engine_command
from topicdesk.gui.commands import Commands
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.model_shelf import NO_MODEL
from topicdesk.gui.session import Session

pytestmark = pytest.mark.slow
PATIENCE = 180_000
COLUMNS = ("number", "theme", "text", "remark")


def rows(n, seed=0):
    return [(f"n{seed}-{i}", theme, text, "") for i, (theme, text) in enumerate(topical_texts(n, seed, 4))]


def test_that_a_corrected_file_dropped_on_the_window_updates_the_open_project(starter_models, qtbot, tmp_path):
    def until(condition):
        qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE)

    window = MainWindow(Session(Commands([*engine_command(), "--once"])))
    try:
        session = window.session
        window.show()
        session.start_engine()
        session.open_path(write_csv(tmp_path / "texts.csv", COLUMNS, rows(64)))
        until(lambda: session.state == "preview")
        session.correct_preview(id="number", title="theme")
        session.set_model("language", NO_MODEL)
        until(lambda: session.state == "preview" and session.shelf.found)
        session.choose_topic_size(8)
        session.start_run()
        until(lambda: session.state in ("result", "failed"))
        session.rename_topic(0, "My own name")
        place = session.positions[[d.id for d in session.corpus.documents].index("n0-9")].tolist()

        session.open_path(write_csv(tmp_path / "texts 2.csv", COLUMNS, [*rows(5, seed=1), *rows(64)[2:]]))
        bar = window.preview_page.beside
        until(bar.update_button.isVisible)
        assert bar.words.text() == "texts.topicdesk is here already: 1 analysis, 4 topics, 1 edit. In this file: 5 new, 2 gone, 62 the same (gone: n0-0, n0-1)."
        assert (session.source.id, session.source.title) == ("number", "theme")  # as the project's own file was understood
        bar.update_button.click()
        until(lambda: session.state in ("result", "failed"))
        assert session.state == "result"
        assert [document.id for document in session.corpus.documents[:6]] == [*(f"n1-{i}" for i in range(5)), "n0-2"]
        assert session.analysis.topics[0].label.text == "My own name"
        assert session.positions[[d.id for d in session.corpus.documents].index("n0-9")].tolist() == place
        assert session.settings.clustering.min_topic_size == 8
    finally:
        window.close()
