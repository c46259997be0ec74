"""How a label came about: the model's sureness, doubts of the check, other answers, what was shown and asked; it changes nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette, QShowEvent, QTextCursor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from topicdesk.core.analysis import Label
from topicdesk.gui.two_lines import tooltip
from topicdesk.gui.wording import count

STEPS = {"unsure": "●○○", "fairly sure": "●●○", "sure": "●●●"}
DOUBTS = {
    "elsewhere": "Its words are nearer to another topic's documents.",
    "too broad": "It also fits documents of other topics.",
    "too narrow": "It fits only some of its own documents.",
    "duplicate": "Another topic's label says the same.",
}
PROMPT_HEIGHT = 160
SHA256 = "sha256"
ANSWERS = "Other answers"
AS_HIGH_AS_NEEDED = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
AS_HIGH_AS_NEEDED.setHeightForWidth(True)  # a label loses this with its policy, and then takes a line too many or too few
TOP_LEFT = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


def sureness(label: Label) -> str:
    """The model's confidence in three steps and words; empty for other origins."""
    return f"{STEPS[label.confidence]} {label.confidence}" if label.confidence else ""


def doubts(label: Label) -> str:
    """What the check found, in sentences."""
    return " ".join(DOUBTS[flag] for flag in label.flags)


def evidence(label: Label) -> list[tuple[str, str]]:
    """Headings with what there is to say under them, in the order of the card."""
    tokens = f"{count(label.n_prompt_tokens, 'token')} read, {label.n_new_tokens:,} written, {label.seconds:.1f} s"
    rows = (
        (ANSWERS, "\n".join(label.alternatives)),
        ("Refused", "\n".join(f"{text or 'no words'}: {reason}" for text, reason in label.refusals)),
        ("It was shown", "\n".join(f"“{quote}”" for quote in label.quotes)),
        ("Texts", "Some were shortened." if label.cut else ""),
        ("Work", tokens if label.n_prompt_tokens else ""),
        ("Model", label.model),
        (SHA256, label.model_sha256),
    )
    return [(heading, text) for heading, text in rows if text]


class LabelEvidence(QWidget):
    """The rows of `evidence`, and the exact prompt, which can be copied. `has_answers`: with the other answers, which are not shown beside it."""

    def __init__(self, has_answers: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_answers = has_answers
        self._rows = QGridLayout()
        self._rows.setContentsMargins(8, 0, 0, 0)
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(8)
        self._rows.setColumnStretch(1, 1)
        self.prompt = QPlainTextEdit(readOnly=True)
        self.prompt.setFixedHeight(PROMPT_HEIGHT)
        self.prompt.setAccessibleName("What the language model was asked")
        self.copy_button, self.copy_all_button = QToolButton(autoRaise=True), QToolButton(autoRaise=True)
        self.copy_button.setText("Copy prompt")
        self.copy_all_button.setText("Copy all")
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.prompt.toPlainText()))
        self.copy_all_button.clicked.connect(self._copy_all)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.copy_all_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._rows)
        column.addWidget(self.prompt)
        column.addLayout(buttons)
        self._label: Label | None = None

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """The end of the prompt is about the topic; before now there was no room to scroll in."""
        super().showEvent(event)
        self.prompt.moveCursor(QTextCursor.MoveOperation.End)

    def show_label(self, label: Label) -> None:
        """Show how this label came about."""
        if label == self._label:
            return
        self._label = label
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        rows = [one for one in evidence(label) if self._has_answers or one[0] != ANSWERS]
        for row, (heading, text) in enumerate(rows):
            shown = f"{text[:16]} …" if heading == SHA256 else text
            title, value = QLabel(heading), QLabel(shown, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
            title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            title.setAlignment(TOP_LEFT)
            value.setAlignment(TOP_LEFT)
            value.setToolTip(tooltip(text))
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setSizePolicy(AS_HIGH_AS_NEEDED)
            self._rows.addWidget(title, row, 0)
            self._rows.addWidget(value, row, 1)
        self.prompt.setPlainText(label.prompt)
        self.prompt.moveCursor(QTextCursor.MoveOperation.End)

    def _copy_all(self) -> None:
        if self._label is not None:
            rows = [f"{heading}: {text}" for heading, text in (("Label", self._label.text), *evidence(self._label))]
            QGuiApplication.clipboard().setText("\n".join(rows) + f"\n\n{self._label.prompt}")
