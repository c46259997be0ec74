"""Pasting on the empty page: cells become a file, a file is opened where it lies, and nothing is said to be nothing."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

from topicdesk.core.places import home_folder
from topicdesk.gui.empty_page import EmptyPage
from topicdesk.gui.pasting import NOTHING, pasted_path


def mime(text="", path=None):
    made = QMimeData()
    if text:
        made.setText(text)
    if path is not None:
        made.setUrls([QUrl.fromLocalFile(str(path))])
    return made


def test_that_cells_are_kept_as_a_file_as_they_are(qapp):
    path = pasted_path(mime("id\ttext\n1\tGrüße\n"))
    assert path.parent == home_folder() / "pasted"
    assert path.read_text("utf-8") == "id\ttext\n1\tGrüße\n"


def test_that_a_copied_file_is_opened_where_it_lies(qapp, tmp_path):
    assert pasted_path(mime(path=tmp_path / "a.csv")) == tmp_path / "a.csv"


@pytest.mark.parametrize("text", ["", "  \n"])
def test_that_an_empty_clipboard_is_nothing(qapp, text):
    assert pasted_path(mime(text)) is None


def test_that_the_empty_page_opens_what_is_pasted(make_session, qtbot, monkeypatch):
    session, opened = make_session(), []
    monkeypatch.setattr(session, "open_path", opened.append)
    page = EmptyPage(session)
    qtbot.addWidget(page)
    QGuiApplication.clipboard().clear()
    page.paste()
    assert page.trouble.text() == NOTHING and not opened
    QGuiApplication.clipboard().setText("text\nsome words\n")
    page.paste()
    assert [Path(path).read_text("utf-8") for path in opened] == ["text\nsome words\n"]
