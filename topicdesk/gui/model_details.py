"""What is known of one model, or of one that is still to get, beside the list of models; it reads no file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from topicdesk.core.model_card import KnownModel, ModelCard, Shelf
from topicdesk.gui.model_wording import needs, role_words, sha256_words, size, to_get
from topicdesk.gui.plain_texts import ElidedLabel, PlainLabel
from topicdesk.gui.two_lines import tooltip

ROWS = ("For", "What", "Needs", "Licence", "sha256", "Where")


class ModelDetails(QWidget):
    """Shows one model.

    Signals
    -------
    use_asked : ()
        The researcher wants runs to use the model that is shown.
    """

    use_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.values = {row: PlainLabel() for row in ROWS}
        self.heads = {row: QLabel(row) for row in ROWS}
        self.warning = PlainLabel()
        self.warning.setAccessibleName("What is lacking")
        self.use_button = QPushButton("&Use it from the next run on")
        self.copy_button = QPushButton("&Copy the address")
        self.copy_button.setToolTip("TopicDesk opens no network connection: open the address in a browser, on any computer")
        for button in (self.use_button, self.copy_button):
            button.setAutoDefault(False)
        self._address = ""
        self._lay_out()
        self.use_button.clicked.connect(self.use_asked)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._address))
        self.show_nothing()

    def show_card(self, card: ModelCard, shelf: Shelf, is_used: bool) -> None:
        """Show a model that lies here, or what lies where one would."""
        self.title.show_text(card.name)
        self._fill(
            {
                "For": "" if card.refused else role_words(card.role),
                "What": "" if card.refused else ", ".join((size(card.n_bytes), *card.facts)),
                "Needs": "" if card.refused else needs(card, shelf),
                "Licence": card.licence or ("" if card.refused else "not named in the file"),
                "sha256": "" if card.refused else sha256_words(card.sha256),
                "Where": "\nalso ".join(map(str, card.places)),
            }
        )
        self._warn(card.refused.replace(str(card.path), card.name) or card.shortage)
        self.use_button.setVisible(not card.refused)
        self.use_button.setEnabled(not is_used)
        self.use_button.setText("In use" if is_used else "&Use it from the next run on")
        self.copy_button.hide()

    def show_known(self, known: KnownModel, folder: str) -> None:
        """Show a model that is not here: what it is, where from, and where to put it."""
        self.title.show_text(known.name)
        self._address = known.source
        self._fill(to_get(known, folder))
        self._warn("")
        self.use_button.hide()
        self.copy_button.setVisible(not known.is_starter)

    def show_nothing(self) -> None:
        """No model is chosen in the list."""
        self.title.show_text("")
        self._fill({})
        self._warn("")
        self.use_button.hide()
        self.copy_button.hide()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        for row in ROWS:
            self.heads[row].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            form.addRow(self.heads[row], self.values[row])
        buttons = QHBoxLayout()
        buttons.addWidget(self.use_button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addLayout(form)
        column.addWidget(self.warning)
        column.addLayout(buttons)
        column.addStretch()

    def _fill(self, words: dict[str, str]) -> None:
        for row, label in self.values.items():
            value = words.get(row, "")
            label.setText(value)
            label.setToolTip(tooltip(value))
            label.setVisible(bool(value))
            self.heads[row].setVisible(bool(value))

    def _warn(self, words: str) -> None:
        self.warning.setText(words)
        self.warning.setVisible(bool(words))
