import pytest
from PySide6.QtCore import Qt

from topicdesk.core.events import ForecastReady
from topicdesk.gui.beside_bar import beside_words
from topicdesk.gui.preview_page import PreviewPage
from topicdesk.gui.preview_table import PreviewModel
from topicdesk.project.summary import Summary

COLUMNS = (("id", "number", "id"), ("Name", "text", "title"), ("Text", "text", "text"))
PREVIEW = {
    "format": "csv", "encoding": "windows-1252", "delimiter": ";", "quote": '"', "header": True, "n_rows": 40_000, "unreadable": [], "dropped": {},
    "duplicates": 0, "rows": [["1", "Müller", "Ein langer Text\nmit Zeilen"], ["2", "Ünal"]],
    "columns": [{"name": name, "kind": kind, "role": role} for name, kind, role in COLUMNS],
}  # fmt: skip


@pytest.fixture
def page(make_session, qtbot, monkeypatch):
    session = make_session()
    page = PreviewPage(session)
    qtbot.addWidget(page)
    page.asked = []
    monkeypatch.setattr(session, "correct_preview", lambda **fields: page.asked.append(fields))
    monkeypatch.setattr(session, "start_run", lambda sample=None, fresh_name=False: page.asked.append("new" if fresh_name else sample))
    session.preview = PREVIEW
    session.preview_ready.emit(PREVIEW)
    page.show()
    return page


def test_that_the_rows_satisfy_the_model_tester(qtmodeltester):
    model = PreviewModel()
    model.show_preview([column["name"] for column in PREVIEW["columns"]], PREVIEW["rows"])
    qtmodeltester.check(model)


def test_that_a_short_row_and_a_line_break_in_a_cell_are_shown(qtbot):
    model = PreviewModel()
    model.show_preview(["id", "Name", "Text"], PREVIEW["rows"])
    assert model.index(0, 2).data() == "Ein langer Text mit Zeilen"
    assert model.index(1, 2).data() is None


def test_that_what_was_detected_stands_in_the_drop_downs(page):
    assert page.corrections.encoding.currentText() == "windows-1252"
    assert page.corrections.delimiter.currentText() == "semicolon"
    assert [box.currentData() for box in page.table.roles.boxes] == ["id", "title", "text"]
    assert "40,000 documents" in page.understood.text()


def test_that_an_encoding_that_is_not_in_the_list_is_added(page):
    page._session.preview_ready.emit(PREVIEW | {"encoding": "cp864"})
    assert page.corrections.encoding.currentText() == "cp864"


ROLE_CHOICES = [(1, "text", {"title": "", "text": "Name"}), (0, "none", {"id": ""}), (0, "class", {"id": "", "group": "id"})]


@pytest.mark.parametrize(("column", "role", "asked"), ROLE_CHOICES)
def test_that_a_chosen_role_frees_the_column_from_its_old_one(page, column, role, asked):
    page.table.roles.role_chosen.emit(column, role)
    assert page.asked == [asked]


def test_that_a_chosen_delimiter_is_read_anew_at_once(page):
    page.corrections.delimiter.setCurrentIndex(page.corrections.delimiter.findData("\t"))
    page.corrections.delimiter.activated.emit(page.corrections.delimiter.currentIndex())
    assert page.asked == [{"delimiter": "\t"}]


def test_that_enter_starts(page, qtbot):
    qtbot.keyClick(page.start_button, Qt.Key.Key_Return)
    assert page.asked == [None]


def test_that_a_project_that_is_there_already_is_told_of_and_not_written_over(page, tmp_path, qtbot):
    summary = Summary(tmp_path / "corpus.topicdesk", 40, 1, 32, 5, 1000, 10, True, False, {})
    page._session.care.files.beside_found.emit(summary)
    assert page.beside.isVisible()
    assert page.beside.words.text().startswith("corpus.topicdesk is here already: 1 analysis, 32 topics, 5 edits. Comparing")
    assert page.start_button.text() == "Start a new project"
    qtbot.keyClick(page.start_button, Qt.Key.Key_Return)
    assert page.asked == ["new"]
    with qtbot.waitSignal(page.beside.open_asked) as asked:
        page.beside.open_button.click()
    assert asked.args == [summary.path]
    page._session.care.files.beside_found.emit(None)
    assert not page.beside.isVisible()
    assert page.start_button.text() == "Start"


def test_that_a_project_beside_is_told_in_words(tmp_path):
    path = tmp_path / "c.topicdesk"
    assert beside_words(Summary(path, 40, 2, 1, 1, 9, 0, True, False, {}), True) == "c.topicdesk is here already: 2 analyses, 1 topic, 1 edit."
    assert "40 documents, a run that was not finished." in beside_words(Summary(path, 40, 0, 0, 0, 9, 0, True, True, {}), True)


def test_that_a_project_without_a_corpus_is_gone_on_with_without_a_question(page, tmp_path, qtbot):
    page._session.care.files.beside_found.emit(Summary(tmp_path / "corpus.topicdesk", 0, 0, 0, 0, 1000, 10, True, True, {}))
    assert not page.beside.isVisible()
    qtbot.keyClick(page.start_button, Qt.Key.Key_Return)
    assert page.asked == [None]


def test_that_without_a_column_of_texts_there_is_no_start_but_a_hint(page):
    columns = [column | {"role": "none"} for column in PREVIEW["columns"]]
    page._session.preview = PREVIEW | {"columns": columns}
    page._session.preview_ready.emit(page._session.preview)
    assert not page.start_button.isEnabled()
    assert "Choose the column" in page.forecast.text()


def test_that_a_long_run_offers_a_sample_first(page, qtbot):
    page._session.forecast_ready.emit(ForecastReady(40_000, 4800, 256, {"embed": 3600.0}, 1000, 6000, 73))
    assert page.sample_button.text() == "Try a sample of 1,000 first"
    qtbot.mouseClick(page.sample_button, Qt.MouseButton.LeftButton)
    assert page.asked == [1000]
    assert page.long_texts.words.text().startswith("4,800 of 40,000 texts (12\N{NO-BREAK SPACE}%)")


def test_that_texts_that_look_like_html_are_shown_as_they_are(page):
    page._session.preview_failed.emit("<b>x.csv</b>: broken")
    assert page.trouble.text() == "<b>x.csv</b>: broken"
    assert page.trouble.textFormat() == Qt.TextFormat.PlainText


UNREADABLE = PREVIEW | {
    "unreadable": [
        {"row": 1284, "reason": "Row 1,284 has 9 cells, the header 7; perhaps a quotation mark in it was never closed."},
        {"row": 1290, "reason": "Row 1,290 ..."},
    ],
    "excerpts": {"1284": '12,"never closed'},
}


def test_that_unreadable_rows_stand_before_the_start_with_two_ways_on(page, qtbot):
    page._session.preview_ready.emit(UNREADABLE)
    bar = page.unreadable
    assert bar.words.text().startswith("Row 1,284 has 9 cells") and bar.words.text().endswith("1 more row cannot be read. Nothing imported yet.")
    assert bar.isVisible() and not page.start_button.isVisible() and not bar.rows.isVisible()
    qtbot.mouseClick(bar.show_button, Qt.MouseButton.LeftButton)
    assert bar.rows.isVisible() and '    12,"never closed' in bar.rows.toPlainText()
    assert bar.import_button.text() == "&Import the others, list these 2"
    qtbot.mouseClick(bar.import_button, Qt.MouseButton.LeftButton)
    assert page.asked == [None]


def test_that_a_readable_file_has_its_start_back(page):
    page._session.preview_ready.emit(UNREADABLE)
    page._session.preview_ready.emit(PREVIEW)
    assert page.start_button.isVisible() and page.unreadable.isHidden()


def test_that_boxes_that_mean_nothing_for_a_format_are_hidden(page):
    corrections = page.corrections
    assert corrections.sheet.isHidden() and not corrections.delimiter.isHidden()
    page._session.preview_ready.emit(PREVIEW | {"format": "xlsx", "delimiter": "", "quote": "", "sheet": "Data", "sheets": ["Cover", "Data"]})
    assert corrections.sheet.currentText() == "Data" and corrections.delimiter.isHidden() and not corrections.skip.isHidden()
    corrections.sheet.setCurrentIndex(0)
    corrections.sheet.activated.emit(0)
    corrections.header.setCurrentIndex(1)
    corrections.header.activated.emit(1)
    corrections.skip.setValue(3)
    assert page.asked == [{"sheet": "Cover", "header": None, "skip": None}, {"header": False}, {"skip": 3}]
