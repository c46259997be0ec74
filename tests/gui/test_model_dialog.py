import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from tests.benchmarks.shape_gguf import SHAPES, write_gguf
from tests.gui.conftest import fake_commands
from topicdesk.core.model_card import KnownModel, ModelCard, Shelf
from topicdesk.gui.model_dialog import ModelDialog
from topicdesk.gui.model_shelf import NO_MODEL
from topicdesk.gui.session import Session

LLAMA = ModelCard(
    "language", "llama-2-13b-chat.Q4_K_M", Path("/m/llama-2-13b-chat.Q4_K_M.gguf"), 7_866_000_000, "",
    ("13.0 billion parameters", "Q4_K_M"), "llama2", "ab" * 32, "22 of 40 layers on the graphics card",
    6_900_000_000, 4_100_000_000, "The whole of it needs 11.7 GB on the graphics card; 7.5 GB are free.",
)  # fmt: skip
MINI = ModelCard("embedding", "mini", Path("/m/mini"), 91_000_000, "", ("384 dimensions",), "", "cd" * 32, "on the processor", 0, 700_000_000)
CUT = ModelCard("language", "cut.gguf", Path("/m/cut.gguf"), 5_100_000_000, "/m/cut.gguf is incomplete: 5.1 of 7.9 GB. Copy it again.")
BGE = KnownModel("embedding", "bge-small-en", "bge-small-en", "https://example.org/bge", "MIT", 133_000_000, "", "English", False)
SHELF = Shelf((LLAMA, MINI, CUT), {"language": str(LLAMA.path), "embedding": str(MINI.path)}, (BGE,), "/home/models", "Tesla T4", 7_500_000_000, 9_000_000_000)


@pytest.fixture
def make_dialog(qtbot, tmp_path):
    """Dialogs over a made-up shelf; what the command of models was asked is in `asked`."""
    sessions = []
    asked = tmp_path / "asked"
    asked.touch()

    def command(shelf):
        answer = f"import json, sys; open({str(asked)!r}, 'a').write(json.dumps(sys.argv[1:]) + chr(10)); print({shelf.to_json()!r})"
        return lambda arguments: [sys.executable, "-c", answer, *arguments]

    def make(shelf=SHELF, **more):
        session = Session(replace(fake_commands(), models=command(shelf), **more))
        sessions.append(session)
        dialog = ModelDialog(session)
        qtbot.addWidget(dialog)
        qtbot.waitUntil(lambda: session.shelf.found is not None, timeout=20_000)
        dialog.asked = lambda: [json.loads(line) for line in asked.read_text().splitlines()]
        return dialog

    yield make
    for session in sessions:
        session.close()


def test_that_a_model_is_shown_with_what_it_is_and_needs_against_what_is_free(make_dialog):
    details = make_dialog().details
    assert details.title.text() == "llama-2-13b-chat.Q4_K_M"
    assert details.values["What"].text() == "7.9 GB, 13.0 billion parameters, Q4_K_M"
    assert details.values["Needs"].text() == (
        "6.9 GB on the graphics card (7.5 GB free) and 4.1 GB of memory (9.0 GB free); computes 22 of 40 layers on the graphics card"
    )
    assert details.values["Licence"].text() == "llama2"
    assert details.values["sha256"].text().replace(" ", "") == LLAMA.sha256
    assert "11.7 GB" in details.warning.text()
    assert details.use_button.text() == "In use"


def test_that_the_dialog_fits_on_a_small_screen(make_dialog):
    dialog = make_dialog(replace(SHELF, models=(replace(LLAMA, also=tuple(Path(f"/{'a long folder' * 6}/{n}") for n in range(4))), MINI)))
    dialog.show()
    assert dialog.minimumSizeHint().height() <= 640
    assert dialog.details.values["Where"].text().count("also") == 4


def test_that_what_cannot_be_used_says_why_and_cannot_be_chosen(make_dialog):
    dialog = make_dialog()
    dialog.list.show_key("/m/cut.gguf")
    assert dialog.details.warning.text() == "cut.gguf is incomplete: 5.1 of 7.9 GB. Copy it again."
    assert dialog.details.use_button.isHidden()
    assert not dialog.trial_panel.isEnabled()
    assert dialog.boxes["language"].findData("/m/cut.gguf") == -1


def test_that_a_model_to_get_says_where_from_and_where_to_put_it(make_dialog, qapp):
    dialog = make_dialog()
    dialog.list.show_key("bge-small-en")
    assert "https://example.org/bge" in dialog.details.values["Where"].text()
    assert "/home/models/bge-small-en" in dialog.details.values["Where"].text()
    assert dialog.details.values["Licence"].text() == "MIT"
    dialog.details.copy_button.click()
    assert qapp.clipboard().text() == "https://example.org/bge"


def test_that_a_model_without_a_known_hash_is_hashed_when_it_is_looked_at_and_only_then(make_dialog, qtbot):
    dialog = make_dialog(replace(SHELF, models=(replace(LLAMA, sha256=""), replace(MINI, sha256=""))))
    assert dialog.details.values["sha256"].text() == "being computed…"
    qtbot.waitUntil(lambda: ["check", str(LLAMA.path)] in dialog.asked(), timeout=20_000)
    assert ["check", str(MINI.path)] not in dialog.asked()


def test_that_a_model_that_lies_in_two_places_is_shown_once_with_both_and_may_be_used_by_either(make_dialog, qtbot):
    other = Path("/n/llama.gguf")
    dialog = make_dialog(replace(SHELF, models=(replace(LLAMA, also=(other,)), MINI)))
    assert dialog.details.values["Where"].text() == f"{LLAMA.path}\nalso {other}"
    dialog._session.set_model("language", str(other))
    qtbot.waitUntil(lambda: dialog._session.preferences.model("language") == str(LLAMA.path), timeout=20_000)
    assert dialog.details.use_button.text() == "In use"


def test_that_files_and_folders_that_are_dropped_are_registered_and_used(make_dialog, qtbot):
    dialog = make_dialog()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (LLAMA.path, MINI.path)])
    entering = QDragEnterEvent(dialog.rect().center(), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    dialog.dragEnterEvent(entering)
    assert entering.isAccepted()
    dialog.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: dialog._session.preferences.model("embedding") == str(MINI.path), timeout=20_000)
    assert dialog._session.preferences.model("language") == str(LLAMA.path)
    assert [["add", str(LLAMA.path)], ["add", str(MINI.path)]] == [arguments for arguments in dialog.asked() if arguments[0] == "add"]


def test_that_a_choice_is_kept_and_none_is_a_choice(make_dialog, qtbot):
    dialog = make_dialog()
    box = dialog.boxes["language"]
    box.setCurrentIndex(box.findData(NO_MODEL))
    box.activated.emit(box.currentIndex())
    assert dialog._session.shelf.chosen("language") is None
    assert dialog._session.shelf.is_lacking("language")
    assert dialog.boxes["language"].currentData() == NO_MODEL
    dialog.list.show_key(str(LLAMA.path))
    dialog.details.use_button.click()
    qtbot.waitUntil(lambda: dialog._session.shelf.chosen("language") is not None, timeout=20_000)


def test_that_a_model_answers_a_prompt_with_its_speed(make_dialog, qtbot):
    panel = make_dialog().trial_panel
    panel.prompt.setText("Hello?")
    panel.ask_button.click()
    assert not panel.ask_button.isEnabled()
    qtbot.waitUntil(lambda: panel.answer.toPlainText() == "You said: Hello?", timeout=20_000)
    assert panel.said.text() == "12 tokens per second, on the processor; loaded in 0.5 s, 12 tokens read, 24 written."
    assert panel.ask_button.isEnabled()


@pytest.mark.parametrize(("name", "said"), [("broken", "It cannot be loaded."), ("deadly", "The language model's library stopped itself.")])
def test_that_a_trial_that_fails_says_so_and_another_can_follow(make_dialog, qtbot, name, said):
    card = replace(LLAMA, path=Path(f"/m/{name}.gguf"))
    panel = make_dialog(replace(SHELF, models=(card,), best={"language": str(card.path)})).trial_panel
    panel.ask_button.click()
    qtbot.waitUntil(lambda: said in panel.said.text(), timeout=20_000)
    assert panel.ask_button.isEnabled()


def test_that_a_failed_look_is_said_in_the_dialog(make_dialog, qtbot):
    dialog = make_dialog()
    dialog._session.shelf._command = lambda arguments: [sys.executable, "-c", "import sys; sys.exit('topicdesk: It is no model.')"]
    dialog._add([Path("/m/other.gguf")])
    qtbot.waitUntil(lambda: "It is no model." in dialog.said.text(), timeout=20_000)


def test_that_the_real_command_describes_a_model_for_the_window(qtbot, tmp_path):
    (tmp_path / "models").mkdir()
    path = write_gguf(tmp_path / "models" / "mine.gguf", SHAPES["tiny"], "Q4_0", with_weights=False)
    session = Session(fake_commands())
    try:
        session.shelf.refresh()
        qtbot.waitUntil(lambda: session.shelf.found is not None, timeout=20_000)
        (card,) = (card for card in session.models() if card.path == path)
        assert "Q4_0" in card.facts
        assert session.shelf.best("language") == card
    finally:
        session.close()
