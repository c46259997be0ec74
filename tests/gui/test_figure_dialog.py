"""The figure dialog: preview, presets, files, and errors beside the controls."""

import pytest

from tests.gui.fake_session import FakeSession, made_up, with_label
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


def test_that_a_renamed_topic_is_drawn_anew(qtbot, dialog, session):
    first = dialog._preview
    session.rename_topic(1, "Another name")
    settle(qtbot, dialog)
    assert dialog._preview is not first
    assert any("Another" in label.text for label in dialog._preview.labels)
