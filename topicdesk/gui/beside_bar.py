"""One line above the preview where a project of the corpus is there already: what is in it, what the file would bring to it, and the ways on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from topicdesk.core.events import TextsCompared
from topicdesk.core.text_update import counts_in_words
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.two_lines import tooltip
from topicdesk.gui.wording import count
from topicdesk.project.summary import Summary

N_GONE_NAMED = 3


class BesideBar(QFrame):
    """Hidden where there is nothing.

    Signals
    -------
    open_asked, update_asked : (Path)
    """

    open_asked = Signal(object)
    update_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.summary: Summary | None = None
        self.is_same_file = False
        self.words = PlainLabel()
        self.words.setAccessibleName("The project beside this file")
        self.open_button = QPushButton("&Open it")
        self.open_button.setToolTip("Go on with the project as it is")
        self.open_button.clicked.connect(lambda: self.open_asked.emit(self.summary.path) if self.summary is not None else None)
        self.update_button = QPushButton("&Update it")
        self.update_button.setToolTip("Topics and everything that you did stay; new texts join them. A backup is made first (File, Backups goes back to it)")
        self.update_button.clicked.connect(lambda: self.update_asked.emit(self.summary.path) if self.summary is not None else None)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        for button in (self.update_button, self.open_button):
            button.setAutoDefault(True)
            row.addWidget(button)
        self.hide()

    def show_summary(self, summary: Summary | None, corpus_path: Path | None) -> None:
        """Say what lies there; None hides the bar."""
        self.summary = summary
        self.is_same_file = summary is not None and corpus_path is not None and summary.is_of(corpus_path)
        self.update_button.hide()
        if summary is not None:
            is_beside = corpus_path is None or summary.path.parent == corpus_path.parent
            self.words.setText(" ".join([beside_words(summary, is_beside), *(["Comparing the file with it…"] if self.can_be_compared else [])]))
            self.words.setToolTip("")
        self.setVisible(summary is not None)

    @property
    def can_be_compared(self) -> bool:
        """Whether the file may be a later state of the project's texts."""
        return self.summary is not None and not self.is_same_file and self.summary.has_texts and self.summary.n_analyses > 0

    def show_compared(self, compared: TextsCompared) -> None:
        """Say what an update would bring, and offer it where the two have a document in common."""
        if self.summary is None or Path(compared.project) != self.summary.path:
            return
        has_common = compared.n_same > 0
        self.words.setText(f"{beside_words(self.summary)} {compared_words(compared)}")
        self.words.setToolTip(tooltip(f"Gone: {', '.join(compared.gone)}") if compared.gone and has_common else "")
        self.update_button.setVisible(has_common)

    def show_failure(self, reason: str) -> None:
        """Say why the two could not be compared."""
        if self.summary is not None:
            self.words.setText(f"{beside_words(self.summary)} {reason}")


def beside_words(summary: Summary, is_beside: bool = True) -> str:
    """What is there, such as "corpus.topicdesk is here already: 1 analysis, 32 topics, 5 edits" as a sentence."""
    if not summary.n_analyses:
        held = f"{count(summary.n_documents, 'document')}, a run that was not finished"
    else:
        held = f"{count(summary.n_analyses, 'analysis', 'analyses')}, {count(summary.n_topics, 'topic')}, {count(summary.n_edits, 'edit')}"
    return f"{summary.path.name} {'is here already' if is_beside else 'was open'}: {held}."


def compared_words(compared: TextsCompared) -> str:
    """What the file would bring, in a sentence or two."""
    if not compared.n_same + compared.n_changed:
        return "This file has no document of it."
    counts = counts_in_words(compared.n_new, compared.n_changed, compared.n_gone, compared.n_same)
    named = ", ".join(compared.gone[:N_GONE_NAMED]) + ("…" if compared.n_gone > N_GONE_NAMED else "")
    gone = f" (gone: {named})" if compared.n_gone and compared.by_id else ""
    amended = f" {count(compared.n_amended, 'of these has', 'of these have')} other cells." if compared.n_amended else ""
    rule = "" if compared.by_id or not (compared.n_gone and compared.n_new) else " Without a column of ids a changed text counts as gone and new."
    return f"In this file: {counts}{gone}.{amended}{rule}"
