"""One line above the preview where a project of the corpus lies beside it already: what is in it, and the way to open it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from topicdesk.gui.label_card import PlainLabel
from topicdesk.gui.wording import count
from topicdesk.project.summary import Summary


class BesideBar(QFrame):
    """Hidden where there is nothing.

    Signals
    -------
    open_asked : (Path)
    """

    open_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.summary: Summary | None = None
        self.is_same_file = False
        self.words = PlainLabel()
        self.words.setAccessibleName("The project beside this file")
        self.open_button = QPushButton("&Open it")
        self.open_button.setAutoDefault(True)
        self.open_button.setToolTip("Go on with the project as it is")
        self.open_button.clicked.connect(lambda: self.open_asked.emit(self.summary.path) if self.summary is not None else None)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(self.words, 1)
        row.addWidget(self.open_button)
        self.hide()

    def show_summary(self, summary: Summary | None, corpus_path: Path | None) -> None:
        """Say what lies there; None hides the bar."""
        self.summary = summary
        self.is_same_file = summary is not None and corpus_path is not None and summary.is_of(corpus_path)
        if summary is not None:
            self.words.setText(beside_words(summary, self.is_same_file))
        self.setVisible(summary is not None)


def beside_words(summary: Summary, is_same_file: bool) -> str:
    """What is there, such as "corpus.topicdesk is here already: 1 analysis, 32 topics, 5 edits" as a sentence."""
    if not summary.n_analyses:
        held = f"{count(summary.n_documents, 'document')}, a run that was not finished"
    else:
        held = f"{count(summary.n_analyses, 'analysis', 'analyses')}, {count(summary.n_topics, 'topic')}, {count(summary.n_edits, 'edit')}"
    changed = "" if is_same_file else " The file has changed since, or is another one."
    return f"{summary.path.name} is here already: {held}.{changed}"
