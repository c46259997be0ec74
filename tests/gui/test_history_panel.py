from PySide6.QtCore import Qt

from tests.gui.test_session import until
from topicdesk.core.edit_log import EditLog
from topicdesk.core.text_update import TextUpdate
from topicdesk.gui.project_work import Kept


def titles(window):
    return [window.inspector.tabText(place) for place in range(window.inspector.count())]


def rows(window):
    model = window.editing.history_panel.model
    return [model.index(row).data() for row in range(model.rowCount())]


def test_that_the_history_is_there_once_there_is_something_in_it(window):
    assert "History" not in titles(window)
    window.session.editor.rename(0, "Mine")
    assert "History" in titles(window)
    window.session.editor.mark([1], "check", True)
    window.session.undo()
    assert rows(window) == ["Checked: Image segmentation with convolutional networks: not checked", "Renamed: Bayesian inference"]
    assert window.editing.history_panel.objection.text() == "Undone; redo brings it back."
    window.session.editor.rename(0, "Other")
    assert rows(window) == ["Renamed: Mine", "Renamed: Bayesian inference"]


def test_that_a_reason_is_written_for_the_chosen_edit(window, qtbot):
    panel = window.editing.history_panel
    window.session.editor.rename(0, "Mine")
    window.session.editor.rename(1, "Other")
    window.inspector.setCurrentWidget(panel)
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.model.index(1))
    panel.why.setFocus()
    qtbot.keyClicks(panel.why, "The model missed it.")
    qtbot.keyClick(panel.why, Qt.Key.Key_Return)
    assert [edit.why for edit in window.session.edits.edits] == ["The model missed it.", ""]


def test_that_history_and_methods_are_exported_under_free_names(window, qtbot, tmp_path):
    told = []
    window.session.notice.connect(told.append)
    window.session.editor.rename(0, "Mine")
    for kind in ("log", "methods", "log"):
        window.session.export_records(kind, tmp_path)
    until(qtbot, lambda: len(told) == 3)
    names = {path.name for path in tmp_path.glob("corpus-*")}
    assert names == {"corpus-log.csv", "corpus-log.md", "corpus-log-2.csv", "corpus-log-2.md", "corpus-methods.txt", "corpus-references.bib"}


def test_that_every_action_on_topics_and_documents_does_what_it_says(window):
    session, act = window.session, window.actions_
    assert not act["merge"].isEnabled() and not act["move"].isEnabled()
    session.choose_topics([0, 1])
    for name in ("accept", "hide", "accept"):
        act[name].trigger()
    assert [topic.is_hidden for topic in session.analysis.topics[:3]] == [True, True, False]
    assert not any(topic.is_checked for topic in session.analysis.topics)
    act["merge"].trigger()
    assert session.chosen_topics == (0,) or session.chosen_topics == (1,)
    assert len(session.analysis.present) == 5
    session.choose_documents([2, 3, 8])
    act["create"].trigger()
    assert session.chosen_topic == 6
    session.choose_documents([2, 3])
    act["unassign"].trigger()
    act["keep"].trigger()
    assert session.editor.shown.kept[[2, 3]].all()
    assert act["keep"].text() == "&Release from noise"
    act["keep"].trigger()
    assert not session.editor.shown.kept.any()
    session.choose_topic(6)
    act["delete"].trigger()
    assert len(session.analysis.present) == 5
    while session.edits.can_undo:
        act["undo"].trigger()
    assert session.analysis.topics == session.editor.found.topics


def test_that_the_keywords_of_the_chosen_topic_are_offered_to_be_banned(window):
    window.session.choose_topic(2)
    menu = window.actions_["ban"].menu()
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "reward 0"
    menu.actions()[0].trigger()
    assert "reward 0" not in [keyword.term for keyword in window.session.analysis.topics[2].keywords]


def test_that_documents_go_to_the_topic_that_was_typed(window, qtbot):
    window.session.choose_documents([1, 2])
    window.actions_["move"].trigger()
    (picker,) = [child for child in window.children() if type(child).__name__ == "TopicPicker"]
    qtbot.keyClicks(picker.line, "kern")
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert window.session.analysis.assignment.topic_of[[1, 2]].tolist() == [5, 5]


def test_that_the_card_says_what_the_researcher_said(window):
    session, card = window.session, window.topics_panel.card
    session.choose_topic(1)
    assert card.note.isHidden()
    session.editor.mark([1], "note", "Mixes two things.")
    session.editor.mark([1], "check", True)
    assert card.note.text() == "Mixes two things." and not card.note.isHidden()
    assert card.facts.text().endswith("checked")


def test_that_an_edit_leads_to_its_topics_or_its_documents(window, qtbot):
    panel, session = window.editing.history_panel, window.session
    session.editor.mark([1, 3], "check", True)
    session.editor.move([4, 6], None)
    session.editor.ban("model")
    window.inspector.setCurrentWidget(panel)
    assert not panel.show_button.isEnabled()  # the newest is about no topic
    panel.list.setCurrentIndex(panel.model.index(2))
    panel.show_button.click()
    assert session.chosen_topics == (1, 3)
    panel.list.setCurrentIndex(panel.model.index(1))
    panel.list.setFocus()
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert session.chosen_documents == [4, 6]
    session.undo()
    assert panel.show_button.isEnabled()


def test_that_an_update_of_the_texts_is_told_below_the_edits(window):
    panel, session = window.editing.history_panel, window.session
    update = TextUpdate("2026-11-24T10:00:00+00:00", 3, 0, 2, 55, True, ("d1", "<b>"))
    session.editor._take(Kept(EditLog((), (update,)), {}))
    assert "History" in titles(window)
    assert "3 new, 2 gone, 55 the same" in panel.facts.text()
    assert "d1, &lt;b&gt;" in panel.facts.toolTip()
