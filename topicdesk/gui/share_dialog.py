"""What a copy for somebody else should hold, and where it goes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QPushButton, QRadioButton, QVBoxLayout, QWidget

from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.session import Session
from topicdesk.project.opening import SUFFIX

WITHOUT = "Map, topics, keywords, labels and your names for topics. No texts, titles, ids or other columns, no quotes, prompts, embeddings or notes."
WITH = "Everything but the cache. Whoever has the copy can read every text."
WIDTH = 480
FILTER = f"TopicDesk projects (*{SUFFIX})"


class ShareDialog(QDialog):
    """Not modal; the copy is made in the background."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Share a copy")
        self._session = session
        self.without_button = QRadioButton("&Without texts")
        self.with_button = QRadioButton("W&ith texts")
        self.save_button = QPushButton("&Save copy…")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.AcceptRole)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for button, words in ((self.without_button, WITHOUT), (self.with_button, WITH)):
            explained = PlainLabel(is_quiet=True)
            explained.setText(words)
            explained.setContentsMargins(24, 0, 0, 8)
            button.setAccessibleDescription(words)
            column.addWidget(button)
            column.addWidget(explained)
        paths = PlainLabel(is_quiet=True)
        paths.setText("Keywords are single words and pairs of words of the texts; look through them where even these are confidential.")
        column.addWidget(paths)
        column.addStretch()
        column.addWidget(buttons)
        has_texts = session.has_texts
        self.with_button.setEnabled(has_texts)
        self.without_button.setChecked(True)
        buttons.rejected.connect(self.close)
        self.save_button.clicked.connect(self._save)
        session.leaving.connect(self.close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.save_button.setDefault(True)
        self.resize(WIDTH, column.heightForWidth(WIDTH))

    def _save(self) -> None:
        path = self._session.project_path
        if path is None:
            return
        proposed = path.with_name(f"{path.stem}-{'with-texts' if self.with_button.isChecked() else 'shared'}{SUFFIX}")
        chosen = QFileDialog.getSaveFileName(self, "Save a copy to share", str(proposed), FILTER)[0]
        if chosen:
            self._session.care.share(Path(chosen).with_suffix(SUFFIX), self.with_button.isChecked())
            self.close()
