"""The figure dialog: preview, presets, files, and errors beside the controls."""

from dataclasses import replace

import pytest

from tests.gui.fake_session import FakeSession, made_up, with_label
from topicdesk.core.plate import Page
from topicdesk.gui.figure_dialog import FigureDialog
from topicdesk.gui.figure_form import OWN_SIZE


@pytest.fixture
def session(qapp):
    corpus, analysis = made_up(300, 6)
    return FakeSession(corpus, with_label(analysis, 0, "Costs in $ and <b>bold</b>"))


@pytest.fixture
def dialog(qtbot, session):
    dialog = FigureDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    settle(qtbot, dialog)
    return dialog


def settle(qtbot, dialog):
    qtbot.waitUntil(lambda: not dialog.is_working, timeout=20_000)


def test_that_the_preview_has_the_shape_of_the_page(dialog):
    size = dialog._preview.image.size()
    assert size.width() / size.height() == pytest.approx(203.2 / 152.4, abs=0.02)


@pytest.mark.parametrize(("number", "beginning"), [(0, b"\x89PNG"), (1, b"<?xml"), (2, b"%PDF")])
def test_that_each_format_is_written(qtbot, dialog, tmp_path, number, beginning):
    dialog.form.format_field.setCurrentIndex(number)
    dialog.save_to(tmp_path / "map")
    settle(qtbot, dialog)
    written = next(path for path in tmp_path.iterdir() if path.suffix not in (".txt", ".csv"))
    assert written.read_bytes().startswith(beginning)
    for path in tmp_path.iterdir():
        assert path.name in dialog.message.text()
    assert {path.name for path in tmp_path.iterdir()} == {written.name, "map.alt.txt", "map.data.csv"}
    assert dialog.save_button.isEnabled()


def test_that_the_interactive_map_is_written_with_or_without_texts(qtbot, dialog, session, tmp_path):
    dialog.form.format_field.setCurrentIndex(3)
    assert not dialog.form.width_field.isEnabled()
    for name, is_on in (("with", True), ("without", False)):
        dialog.form.texts_field.setChecked(is_on)
        settle(qtbot, dialog)
        dialog.save_to(tmp_path / name)
        settle(qtbot, dialog)
    text = next(document.text[:20] for document in session.corpus.documents if len(document.text) > 20)
    assert text in (tmp_path / "with.html").read_text("utf-8")
    assert text not in (tmp_path / "without.html").read_text("utf-8")


def test_that_the_file_has_the_labels_of_the_preview(qtbot, dialog, tmp_path):
    dialog.form.format_field.setCurrentIndex(1)
    settle(qtbot, dialog)
    dialog.save_to(tmp_path / "map.svg")
    settle(qtbot, dialog)
    svg = (tmp_path / "map.svg").read_text("utf-8")
    assert "Costs" in svg


def test_that_a_preset_sets_the_sides_and_a_side_of_ones_own_leaves_it(dialog):
    dialog.form.size_field.setCurrentIndex(1)
    assert (dialog.form.width_field.value(), dialog.form.height_field.value()) == (85.0, 85.0)
    dialog.form.width_field.setValue(90)
    assert dialog.form.size_field.currentText() == OWN_SIZE
    assert dialog.form.pixels.text() == "2,126 × 2,008 pixels"


def test_that_a_picture_beyond_memory_is_refused_beside_the_controls(dialog):
    dialog.form.size_field.setCurrentIndex(6)
    dialog.form.dpi_field.setValue(1200)
    assert "lower resolution" in dialog.message.text()
    assert not dialog.save_button.isEnabled()


def test_that_a_folder_that_cannot_be_written_is_said(qtbot, dialog, tmp_path):
    dialog.save_to(tmp_path / "absent" / "map.png")
    settle(qtbot, dialog)
    assert dialog.message.text().startswith("The figure was not saved: No such file or directory")


def test_that_the_look_of_the_file_is_not_a_setting_of_the_session(qtbot, dialog, session):
    before = session.settings
    dialog.form.style_field.setCurrentIndex(1)
    dialog.form.unassigned_field.setChecked(False)
    settle(qtbot, dialog)
    assert session.settings == before
    assert dialog._preview.wish.settings.style == "article"


def test_that_choices_come_back_with_the_next_figure_of_the_project(qtbot, dialog, session):
    form = dialog.form
    form.size_field.setCurrentIndex(1)
    form.title_field.setText("A title")
    form.palette_field.setCurrentIndex(1)
    form.legend_field.setChecked(True)
    form.labels_field.setValue(7)
    form.smallest_field.setValue(6.5)
    chosen = dialog.wish
    dialog.close()
    again = FigureDialog(session)
    qtbot.addWidget(again)
    assert again.wish == chosen
    assert again.form.size_field.currentText() == form.size_field.itemText(1)
    settle(qtbot, again)


@pytest.mark.parametrize(
    "junk", [[1], {"width": "x", "dpi": True, "palette": "none", "legend": 3, "title": None, "smallest": float("nan"), "dots": 1e300}, {"n_labels": -5}]
)
def test_that_choices_which_make_no_sense_leave_the_fields_as_they_are(qtbot, session, junk):
    session.figure_choices = junk
    dialog = FigureDialog(session)
    qtbot.addWidget(dialog)
    assert dialog.wish.page == Page()
    settle(qtbot, dialog)


def test_that_the_figure_has_the_colours_of_the_windows_map(qtbot, session, tmp_path):
    dialog = FigureDialog(session, colour_by="strength")
    qtbot.addWidget(dialog)
    settle(qtbot, dialog)
    assert dialog.wish.plate.colour_by == "strength"
    assert not dialog.form.palette_field.isEnabled()
    assert not dialog.form.legend_field.isEnabled()
    dialog.form.format_field.setCurrentIndex(1)
    settle(qtbot, dialog)
    dialog.save_to(tmp_path / "map.svg")
    settle(qtbot, dialog)
    assert ">Strength</text>" in (tmp_path / "map.svg").read_text("utf-8")


def test_that_a_palette_of_few_colours_says_what_it_costs(qtbot, dialog, session):
    topics = tuple(replace(topic, colour="#fefefe") if topic.number == 2 else topic for topic in session.analysis.topics)
    session.analysis = replace(session.analysis, topics=topics)
    session.analysis_changed.emit(session.analysis)
    dialog.form.palette_field.setCurrentIndex(1)
    settle(qtbot, dialog)
    assert "1 colour of your own is not kept" in dialog.message.text()


def test_that_a_renamed_topic_is_drawn_anew(qtbot, dialog, session):
    first = dialog._preview
    session.rename_topic(1, "Another name")
    settle(qtbot, dialog)
    assert dialog._preview is not first
    assert any("Another" in label.text for label in dialog._preview.labels)
