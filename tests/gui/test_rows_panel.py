from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from tests.gui.fake_session import FakeSession, made_up
from topicdesk.core.corpus import Corpus, Document
from topicdesk.gui.rows_panel import RowsModel, RowsPanel, summed_up

UNREADABLE = ((7, "Row 7 has 9 cells, the header 7; perhaps a quotation mark in it was never closed."), (3, "Row 3 repeats the header."))
MENDED = ((5, "Row 5: a lost delimiter was put in again."),)


@pytest.fixture
def corpus():
    return replace(made_up()[0], unreadable=UNREADABLE, mended=MENDED)


def test_that_rows_stand_in_the_order_of_the_file_with_what_happened_to_them(qtbot, corpus):
    model = RowsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(corpus)
    cells = [[model.data(model.index(row, column)) for column in range(2)] for row in range(model.rowCount())]
    assert cells == [
        ["3", "Not read: repeats the header."],
        ["5", "Put right: a lost delimiter was put in again."],
        ["7", "Not read: has 9 cells, the header 7; perhaps a quotation mark in it was never closed."],
    ]
    model.show(None)
    assert model.rowCount() == 0


def test_that_read_and_unreadable_rows_are_all_rows_of_the_file(corpus):
    one = Corpus((Document("1", "a"),), mended=MENDED)
    assert summed_up(corpus) == "602 rows: 600 read, 2 could not be read, 1 of those read was put right."
    assert summed_up(one) == "1 row read, 1 of those read was put right."


def test_that_the_tab_is_there_only_where_there_is_such_a_row_and_its_list_can_be_copied(qtbot, corpus):
    session = FakeSession()
    panel = RowsPanel(session)
    qtbot.addWidget(panel)
    assert not panel.has_content
    session.corpus = corpus
    session.corpus_changed.emit()
    assert panel.has_content and panel.words.text().startswith("602 rows")
    panel.copy_button.click()
    assert QGuiApplication.clipboard().text().splitlines()[0] == "3\tnot read\tRow 3 repeats the header."
