import time

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMessageBox, QWidget

from topicdesk.gui.actions import entries
from topicdesk.gui.figure_dialog import FigureDialog
from topicdesk.gui.keys_dialog import KeysDialog
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.model_dialog import ModelDialog
from topicdesk.gui.model_shelf import NO_MODEL


@pytest.fixture
def make_window(make_session, qtbot):
    made = []

    def make(*behaviour):
        window = MainWindow(make_session(*behaviour))
        window.resize(1024, 700)
        window.show()
        made.append(window)
        return window

    yield make
    for window in made:
        window.close()


def until(qtbot, condition, timeout=10_000):
    qtbot.waitUntil(lambda: bool(condition()), timeout=timeout)


def preview(qtbot, window, corpus_path):
    window.session.open_path(corpus_path)
    until(qtbot, lambda: window.session.state == "preview")


def finished_run(qtbot, window, corpus_path):
    preview(qtbot, window, corpus_path)
    window.session.start_run()
    until(qtbot, lambda: window.session.state in ("result", "failed", "cancelled"))


def drop(window, path):
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, files, buttons, keys))
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, files, buttons, keys))


def test_that_the_first_sight_is_the_empty_page_and_nothing_else(make_window):
    window = make_window()
    assert window.pages.currentWidget() is window.empty_page
    assert not any(dock.isVisible() for dock in (window.setup_dock, window.inspector_dock, window.run_dock))


def test_that_a_dropped_file_is_previewed_and_enter_runs_it(make_window, qtbot, corpus_path):
    window = make_window("pause=0.01")
    drop(window, corpus_path)
    until(qtbot, lambda: window.pages.currentWidget() is window.preview_page)
    assert window.focusWidget() is window.preview_page.start_button
    until(qtbot, lambda: "A run takes" in window.preview_page.forecast.text())
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert window.session.state == "running"
    until(qtbot, lambda: window.session.state == "result")
    assert window.pages.currentWidget() is window.map_view


def test_that_the_map_has_half_of_a_small_window_even_beside_open_panels(make_window, qtbot, corpus_path):
    window = make_window()
    finished_run(qtbot, window, corpus_path)
    window.setup_dock.set_folded(False)
    until(qtbot, lambda: window.map_view.width() >= 512)
    assert window.width() == 1024


def test_that_escape_clears_what_is_chosen_and_never_cancels(make_window, qtbot, corpus_path):
    window = make_window("pause=0.05")
    preview(qtbot, window, corpus_path)
    window.session.start_run()
    until(qtbot, lambda: window.session.analysis is not None)
    window.session.choose_topic(1)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.session.chosen_topic is None
    assert window.session.state == "running"


def test_that_cancel_is_answered_at_once_and_then_says_what_was_kept(make_window, qtbot, corpus_path):
    window = make_window("pause=0.05", "steps=10")
    preview(qtbot, window, corpus_path)
    window.session.start_run()
    until(qtbot, lambda: window.session.stages.current == "embed")
    qtbot.mouseClick(window.run_panel.cancel_button, Qt.MouseButton.LeftButton)
    assert window.run_panel.cancel_button.text() == "Stopping…"
    until(qtbot, lambda: window.session.state == "cancelled", 3000)
    assert "are kept" in window.run_panel.said.text()
    assert window.run_panel.go_on_button.isVisible()


def test_that_a_dead_engine_leaves_a_living_window_that_says_so(make_window, qtbot, corpus_path):
    window = make_window("die=label")
    finished_run(qtbot, window, corpus_path)
    assert window.run_panel.said.text().endswith("The window and your work are fine.")
    window.run_panel.copy_button.click()
    report = QApplication.clipboard().text()
    assert "why: The graphics card ran out of memory." in report
    assert "CUDA out of memory" not in report  # what a library said may quote a text
    window.run_panel.details_button.click()
    assert window.run_panel.details.isVisible()


def test_that_the_run_panel_folds_away_when_it_is_done(make_window, qtbot, corpus_path):
    window = make_window("pause=0.01")
    preview(qtbot, window, corpus_path)
    window.session.start_run()
    assert window.run_dock.isVisible()
    until(qtbot, lambda: window.session.state == "result")
    assert not window.run_dock.isVisible()
    assert window.setup_dock.is_folded


def test_that_a_failed_import_shows_the_preview_again_to_be_corrected(make_window, qtbot, corpus_path):
    window = make_window("fail=import", "die=import")
    finished_run(qtbot, window, corpus_path)
    assert window.pages.currentWidget() is window.preview_page
    assert window.run_panel.isVisible()


def test_that_the_slider_shows_topics_and_unassigned_and_apply_runs(make_window, qtbot, corpus_path):
    window = make_window()
    finished_run(qtbot, window, corpus_path)
    size = window.setup_panel.topic_size
    size.number.setValue(7)
    until(qtbot, lambda: window.session.trial is not None)
    assert "topics · " in size.outcome.text() and "unassigned" in size.outcome.text()
    size.apply_button.click()
    until(qtbot, lambda: window.session.state == "result")
    assert window.session.analysis.settings.clustering.min_topic_size == 7
    assert size.number.value() == 7


def test_that_a_changed_setting_offers_to_run_again_and_a_changed_map_style_does_not(make_window, qtbot, corpus_path):
    window = make_window()
    finished_run(qtbot, window, corpus_path)
    window.setup_dock.set_folded(False)
    panel = window.setup_panel
    panel.form.fields["figure", "n_labels"].widget.setValue(20)
    assert panel.again_button.isHidden()
    panel.form.fields["keywords", "n_keywords"].widget.setValue(20)
    assert not panel.again_button.isHidden()


def test_that_without_a_language_model_the_starters_are_offered_and_the_run_still_works(make_window, qtbot, corpus_path):
    window = make_window()
    window.session.shelf.found = []
    window.session.models_changed.emit()
    assert "keywords" in window.setup_panel.offer.text() or "embedding" in window.setup_panel.offer.text()
    assert not window.setup_panel.starters_button.isHidden()


def test_that_no_two_actions_share_a_shortcut_and_each_is_in_a_menu(make_window):
    window = make_window()
    shortcuts = [entry.shortcut for entry in entries() if entry.shortcut]
    assert len(shortcuts) == len(set(shortcuts))
    in_menus = {action for menu in window.actions_.menus.values() for action in menu.actions()}
    assert set(window.actions_.by_name.values()) <= in_menus
    assert all(action.toolTip() for action in window.actions_.by_name.values())


def test_that_everything_that_takes_the_focus_has_a_name(make_window, qtbot, corpus_path):
    window = make_window()
    finished_run(qtbot, window, corpus_path)
    window.setup_dock.set_folded(False)
    nameless = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QComboBox | QLineEdit) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            if not name and not isinstance(widget.parent(), QComboBox) and "spinbox" not in widget.objectName():
                nameless.append(widget)
    assert nameless == []


def test_that_panels_stand_where_they_were_left(make_window, qtbot, corpus_path):
    window = make_window()
    finished_run(qtbot, window, corpus_path)
    window.inspector_dock.close()
    window.close()
    again = make_window()
    again.session.open_path(corpus_path.with_suffix(".topicdesk"))
    until(qtbot, lambda: again.session.state == "result")
    assert not again.inspector_dock.isVisible()
    assert [path.name for path in again.session.preferences.recent()] == ["corpus.topicdesk"]


def test_that_what_is_remembered_holds_nothing_of_the_corpus(make_window, qtbot, corpus_path, tmp_path):
    window = make_window()
    finished_run(qtbot, window, corpus_path)
    window.session.rename_topic(0, "A secret label")
    window.close()
    kept = (tmp_path / "home" / "window.ini").read_text("utf-8")
    assert "secret" not in kept and "document number" not in kept and "Title" not in kept


def test_that_the_window_closes_within_two_seconds_in_the_middle_of_a_run(make_window, qtbot, corpus_path):
    window = make_window("pause=5", "deaf")
    preview(qtbot, window, corpus_path)
    window.session.start_run()
    until(qtbot, lambda: window.session.engine_state == "busy")
    began = time.monotonic()
    window.close()
    assert time.monotonic() - began < 2


def test_that_a_small_window_keeps_its_size_in_every_state(make_window, qtbot, corpus_path):
    window = make_window()
    preview(qtbot, window, corpus_path)
    assert (window.width(), window.height()) == (1024, 700)
    window.session.start_run()
    until(qtbot, lambda: window.session.state == "result")
    window.run_dock.show()
    qtbot.wait(300)
    assert (window.width(), window.height()) == (1024, 700)


def test_that_a_reopened_project_is_looked_at_as_it_was_left(make_window, qtbot, corpus_path):
    window = make_window()
    finished_run(qtbot, window, corpus_path)
    qtbot.wait(300)  # the panels find their places
    window.session.choose_topic(3)
    window.map_view.use("zoom in")
    window.map_view.colours.choose("strength")
    window.map_view.legend.fold(True)
    window.session.remember_figure({"title": "A title", "n_labels": 7})
    qtbot.waitUntil(lambda: not window.map_view.is_drawing, timeout=10_000)
    extent = window.map_view.extent
    window.close()
    again = make_window()
    again.session.open_path(corpus_path.with_suffix(".topicdesk"))
    until(qtbot, lambda: again.session.chosen_topic == 3)
    until(qtbot, lambda: again.map_view.extent == pytest.approx(extent, rel=0.05))
    until(qtbot, lambda: again.map_view._scene.colouring is not None)
    assert again.map_view.colours.choice == "strength" and again.map_view.legend.is_folded
    again.actions_["figure"].trigger()
    (dialog,) = again.findChildren(FigureDialog)
    until(qtbot, lambda: not dialog.is_working)
    plate = dialog.wish.plate
    assert (plate.title, plate.colour_by, dialog.wish.settings.n_labels) == ("A title", "strength", 7)
    dialog.close()


def test_that_every_shortcut_is_listed_beside_the_window(make_window):
    window = make_window()
    window.actions_["keys"].trigger()
    (dialog,) = window.findChildren(KeysDialog)
    assert {"Ctrl+R", "Run", "On the map", "Shift+Arrows"} <= set(dialog.text.split("\n"))
    assert not dialog.isModal()


@pytest.mark.parametrize(("name", "words"), [("privacy", "no network connection"), ("about", "MIT")])
def test_that_what_help_says_is_shown_beside_the_window_as_plain_text(make_window, name, words):
    window = make_window()
    window.actions_[name].trigger()
    (box,) = window.findChildren(QMessageBox)
    assert words in box.text()
    assert not box.isModal()
    assert box.textFormat() == Qt.TextFormat.PlainText


def test_that_the_model_dialog_lists_what_was_found_and_can_do_without_a_language_model(make_window, qtbot):
    window = make_window()
    window.actions_["models"].trigger()
    (dialog,) = window.findChildren(ModelDialog)
    box = dialog.boxes["language"]
    box.setCurrentIndex(box.findData(NO_MODEL))
    box.activated.emit(box.currentIndex())
    assert window.session.shelf.is_lacking("language")
    until(qtbot, lambda: "keywords" in window.setup_panel.offer.text() or "embedding" in window.setup_panel.offer.text())
