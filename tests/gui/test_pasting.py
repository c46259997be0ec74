"""Pasting on the empty page: cells become a file where the researcher wishes, a file is opened where it lies, and nothing is said to be nothing."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox

from topicdesk.core.places import home_folder
from topicdesk.gui.empty_page import EmptyPage
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.pasting import NOTHING, copied_file, copied_text, proposed_folder
from topicdesk.project.snapshots import snapshots_of
from topicdesk.project.store import Project

CELLS = "id\ttext\n1\tGrüße\n"
TABLE = "id,title,text,year\n" + "".join(f"d{i},Title {i},This is the secret number {i} of the pasted ones.,1990\n" for i in range(60))


def mime(text="", path=None):
    made = QMimeData()
    if text:
        made.setText(text)
    if path is not None:
        made.setUrls([QUrl.fromLocalFile(str(path))])
    return made


@pytest.fixture
def page(make_session, qtbot):
    page = EmptyPage(make_session())
    qtbot.addWidget(page)
    return page


@pytest.fixture
def answer(monkeypatch):
    """Makes the dialog answer with a path; gives what it was asked with."""
    asked = []

    def set_answer(path):
        def ask(_, title, proposed, *__):
            asked.append((title, Path(proposed)))
            return str(path), ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        return asked

    return set_answer


def files_under(*folders):
    return [path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file()]


def test_that_a_copied_file_is_opened_where_it_lies(qapp, tmp_path):
    assert copied_file(mime(path=tmp_path / "a.csv")) == tmp_path / "a.csv"
    assert copied_file(mime("some words")) is None


@pytest.mark.parametrize("text", ["", "  \n"])
def test_that_an_empty_clipboard_is_nothing(qapp, text):
    assert copied_file(mime(text)) is None and not copied_text(mime(text))


def test_that_cells_are_kept_as_they_are_where_the_researcher_wishes_and_nowhere_else(page, tmp_path, monkeypatch, answer):
    (tmp_path / "mine").mkdir()
    asked, opened = answer(tmp_path / "mine" / "interviews"), []
    monkeypatch.setattr(page._session, "open_path", lambda path, pasted: opened.append(path))
    QGuiApplication.clipboard().setText(CELLS)
    page.paste()
    assert opened == [tmp_path / "mine" / "interviews.csv"]
    assert opened[0].read_bytes() == CELLS.encode()
    assert home_folder() not in asked[0][1].parents and asked[0][1].parent == proposed_folder(None)
    assert not [path for path in files_under(home_folder()) if path.suffix == ".csv"]
    page.paste()
    assert asked[1][1].parent == tmp_path / "mine", "the folder that was used last"
    assert opened[1] == tmp_path / "mine" / "interviews-2.csv", "nothing that the dialog did not ask about is written over"


def test_that_nothing_is_written_where_nothing_is_chosen(page, tmp_path, monkeypatch, answer):
    answer("")
    monkeypatch.setattr(page._session, "open_path", lambda *_: pytest.fail("opened"))
    before = files_under(tmp_path)
    QGuiApplication.clipboard().setText(CELLS)
    page.paste()
    assert files_under(tmp_path) == before and page.trouble.isHidden()


def test_that_an_empty_clipboard_and_a_folder_that_cannot_be_written_are_said(page, tmp_path, answer):
    QGuiApplication.clipboard().clear()
    page.paste()
    assert page.trouble.text() == NOTHING
    answer(tmp_path / "nowhere" / "a.csv")
    QGuiApplication.clipboard().setText(CELLS)
    page.paste()
    assert "could not be kept" in page.trouble.text() and page._session.state == "empty"


# ---- and its end


@pytest.fixture
def window(make_session, qtbot, tmp_path, answer):
    """A window with a run of what was pasted."""
    (tmp_path / "mine").mkdir()
    answer(tmp_path / "mine" / "pasted.csv")
    window = MainWindow(make_session())
    window.show()
    QGuiApplication.clipboard().setText(TABLE)
    window.empty_page.paste()
    qtbot.waitUntil(lambda: window.session.state == "preview", timeout=10_000)
    window.session.start_run()
    qtbot.waitUntil(lambda: window.session.state == "result" and bool(snapshots_of(window.session.project_path)), timeout=10_000)
    yield window
    window.close()


def delete(window, qtbot):
    """Delete the project; what the question said, and what was said when it was done."""
    qtbot.waitUntil(window.actions_["delete_project"].isEnabled, timeout=10_000)
    window.actions_["delete_project"].trigger()
    (box,) = window.findChildren(QMessageBox)
    said, told = box.informativeText(), []
    window.session.notice.connect(told.append)
    next(button for button in box.buttons() if button.text() == "&Delete").click()
    qtbot.waitUntil(lambda: any("are deleted" in words for words in told), timeout=10_000)
    return said, told[-1]


def test_that_deleting_the_project_removes_the_file_that_pasting_made_and_says_so(window, qtbot, tmp_path):
    said, told = delete(window, qtbot)
    assert "pasted.csv, which TopicDesk wrote" in said and "and pasted.csv" in told
    assert not files_under(tmp_path / "mine")
    left = files_under(home_folder())
    assert not [path for path in left if b"secret number 7" in path.read_bytes()], left


def test_that_a_pasted_file_is_known_after_the_project_is_opened_again(window, qtbot, tmp_path, make_session):
    path = window.session.project_path
    window.close()
    again = MainWindow(make_session())
    again.show()
    again.session.open_path(path)
    qtbot.waitUntil(lambda: again.session.state == "result", timeout=10_000)
    assert "pasted.csv" in delete(again, qtbot)[0]
    assert not files_under(tmp_path / "mine")
    again.close()


def test_that_a_pasted_file_that_the_researcher_has_changed_stays(window, qtbot, tmp_path):
    with (tmp_path / "mine" / "pasted.csv").open("a", encoding="utf-8") as stream:
        stream.write("d61,Mine,A line of my own.,1990\n")
    assert "The corpus file" in delete(window, qtbot)[0]
    assert [path.name for path in files_under(tmp_path / "mine")] == ["pasted.csv"]


def test_that_a_file_that_the_researcher_brought_stays_whatever_it_is_called(window, qtbot, tmp_path):
    brought = tmp_path / "mine" / "brought.csv"
    brought.write_bytes((tmp_path / "mine" / "pasted.csv").read_bytes())
    window.session.open_path(brought)
    qtbot.waitUntil(lambda: window.session.state == "preview", timeout=10_000)
    window.session.start_run()
    qtbot.waitUntil(lambda: window.session.state == "result", timeout=10_000)
    with Project(window.session.project_path) as project:
        assert "pasted" not in project.source()
    delete(window, qtbot)
    assert {"brought.csv", "pasted.csv"} <= {path.name for path in files_under(tmp_path / "mine")}
