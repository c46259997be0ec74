"""How much of a project is cache, and the button that clears it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.session import Session
from topicdesk.gui.wording import file_size
from topicdesk.project.summary import Summary

WIDTH = 440
COUNTING = "Counting…"
EXPLAINED = (
    "The cache holds embeddings, projections and the language model's answers, so that a run need not compute them again. "
    "Without it maps, topics, labels and edits stay; the next run takes as long as the first."
)


class CacheDialog(QDialog):
    """Not modal."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Cache")
        self._session = session
        self.size_words = PlainLabel()
        self.size_words.setText(COUNTING)
        explained = PlainLabel(is_quiet=True)
        explained.setText(EXPLAINED)
        self.clear_button = QPushButton("&Clear cache")
        self.clear_button.setAutoDefault(False)
        self.clear_button.setEnabled(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.clear_button, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        for widget in (self.size_words, explained, buttons):
            column.addWidget(widget)
        buttons.rejected.connect(self.close)
        self.clear_button.clicked.connect(self._clear)
        session.care.files.summary_read.connect(self._show)
        session.leaving.connect(self.close)
        self.resize(WIDTH, column.heightForWidth(WIDTH))
        if session.project_path is not None:
            session.care.files.read_summary(session.project_path)

    def _show(self, summary: Summary) -> None:
        self.size_words.setText(f"{file_size(summary.n_cache_bytes)} of the project's {file_size(summary.n_bytes)} are cache.")
        self.clear_button.setEnabled(summary.n_cache_bytes > 0 and self._session.state != "running")

    def _clear(self) -> None:
        self.clear_button.setEnabled(False)
        self.size_words.setText("Clearing…")
        self._session.care.clear_cache()
        if self._session.project_path is not None:
            self._session.care.files.read_summary(self._session.project_path)
