"""The researcher's edits of what is open: applied at once in memory, written in the background, undone and redone; it knows no widget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from topicdesk.core import edit_making
from topicdesk.core.analysis import Analysis, Label, Topic
from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.core.edit_log import NO_EDITS, EditLog
from topicdesk.core.edited_analysis import Description, EditedAnalysis, apply_edits
from topicdesk.core.edits import YES, Edit, Kind
from topicdesk.core.label_cards import with_answer
from topicdesk.core.label_look import LabelLook
from topicdesk.gui import project_work
from topicdesk.gui.project_thread import ProjectThread
from topicdesk.gui.project_work import Kept


class Editor(QObject):
    """What a researcher does to topics, by their numbers, and to documents, by their rows.

    Attributes
    ----------
    log : EditLog
    found : Analysis or None
        As the run left it.
    shown : EditedAnalysis or None
        With the edits applied.
    saved : datetime or None
        When something was written last, by the local clock.
    n_unwritten : int
        How many steps are still on their way to the disk.

    Signals
    -------
    changed : ()
        Another log.
    applied : (EditedAnalysis)
        What is to be shown changed.
    written : ()
        What was said in `saved` or `n_unwritten` is another.
    description_wanted : ()
        Edits are on disk whose topics the engine has not described.
    notice : (str)
    """

    changed = Signal()
    applied = Signal(object)
    written = Signal()
    description_wanted = Signal()
    notice = Signal(str)

    def __init__(self, background: ProjectThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log: EditLog = NO_EDITS
        self.found: Analysis | None = None
        self.shown: EditedAnalysis | None = None
        self._path: Path | None = None
        self._descriptions: dict[str, Description] = {}
        self._background = background
        self.saved: datetime | None = None
        self.n_unwritten = 0

    # ---- what is open

    def open(self, path: Path | None, kept: Kept | None = None) -> None:
        """Work on this project from now on; None for none."""
        self._path, self.n_unwritten = path, 0
        if path is None:
            self.found = self.shown = None
        self.saved = written_last(path)
        self._take(kept or Kept(NO_EDITS, {}))

    def take_note_of_saved(self) -> None:
        """Something of the project has just been written."""
        self.saved = datetime.now().astimezone()
        self.written.emit()

    def show(self, found: Analysis) -> None:
        """Apply the edits to this analysis from now on."""
        self.found = found
        self._apply()
        self._ask_if_lacking()

    def relabel(self, labels: dict[int, Label]) -> None:
        """The model has named topics of the run."""
        if self.found is not None:
            self.show(self.found.with_labels(labels))

    def read_descriptions(self) -> None:
        """The engine has described topics: show what it found."""
        if self._path is not None and self.shown is not None:
            wanted = [self.shown.keys[number] for number in self.shown.lacking]
            self._background.with_project(self._path, project_work.reading_descriptions(wanted), self._describe, self.notice.emit)

    # ---- topics

    def rename(self, number: int, text: str) -> None:
        """Give a topic the researcher's label; an empty text gives it back to the model."""
        if (topic := self._topic(number)) is not None:
            self.do(edit_making.naming(topic, text, topic.label.origin == "researcher"))

    def accept_labels(self, labels: dict[int, Label]) -> None:
        """Call topics as a model proposes, each with its card; one edit, whatever labels they had."""
        numbers = [number for number in labels if self._topic(number) is not None]
        self.do(edit_making.relabelling(self._topics(numbers), [labels[number] for number in numbers]))

    def take_answer(self, number: int, text: str) -> None:
        """Call a topic by another of the answers that the model gave."""
        if (topic := self._topic(number)) is not None and text in topic.label.alternatives:
            self.accept_labels({number: with_answer(topic.label, text)})

    def mark(self, numbers: Sequence[int], what: Kind, value: str | bool) -> None:
        """Check, hide (both yes or no), colour or note topics; an empty value takes it back."""
        words = value if isinstance(value, str) else YES if value else ""
        self.do(edit_making.marking(self._topics(numbers), what, words))

    def relook(self, numbers: Sequence[int], look: LabelLook) -> None:
        """Draw the labels of topics otherwise."""
        self.do(edit_making.relooking(self._topics(numbers), look))

    def merge(self, numbers: Sequence[int]) -> None:
        """Make one topic of several."""
        self.do(edit_making.merging(self._topics(numbers)))

    def split(self, number: int, part_of: IntArray, strength: FloatArray | None = None) -> None:
        """Make several topics of one; `part_of` says for each of its documents to which part it goes."""
        if self.shown is not None and (topic := self._topic(number)) is not None:
            self.do(edit_making.splitting(self.shown.analysis, topic, part_of, strength))

    def delete(self, numbers: Sequence[int]) -> None:
        """Leave the documents of these topics unassigned."""
        self.do(edit_making.deleting(self._topics(numbers)))

    def ban(self, term: str) -> None:
        """Never show this keyword again, in no topic."""
        if self.shown is not None and term.casefold() not in self.shown.banned:
            self.do(edit_making.banning(term))

    # ---- documents

    def move(self, rows: Sequence[int], number: int | None) -> None:
        """Put documents into a topic; None takes them out of every topic."""
        if self.shown is not None:
            self.do(edit_making.moving(self.shown.analysis, rows, None if number is None else self._topic(number)))

    def create(self, rows: Sequence[int]) -> None:
        """Make a new topic of documents."""
        if self.shown is not None:
            self.do(edit_making.creating(self.shown.analysis, rows))

    def assign(self, rows: IntArray, numbers: IntArray, strength: FloatArray, how: str) -> None:
        """Put unassigned documents into the topics that a strategy suggests."""
        if self.shown is not None:
            self.do(edit_making.assigning(self.shown.analysis, rows, numbers, strength, how))

    def keep(self, rows: Sequence[int], is_kept: bool) -> None:
        """Keep documents in no topic whatever is suggested, or release them."""
        if self.shown is not None:
            different = [row for row in rows if bool(self.shown.kept[row]) != is_kept]
            self.do(edit_making.keeping(self.shown.analysis, different, is_kept))

    # ---- the log

    def do(self, edit: Edit | None) -> None:
        """Take an edit: show it now, write it in the background. None is nothing to do."""
        if edit is None or self._path is None:
            return
        self._set_log(self.log.with_edit(edit))
        self._write(project_work.adding(self.log.edits[-1]))

    def undo(self) -> None:
        """Take the newest edit back."""
        if self.log.can_undo:
            self._set_log(self.log.undone())
            self._write(project_work.undoing)

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        if self.log.can_redo:
            self._set_log(self.log.redone())
            self._write(project_work.redoing)

    def explain(self, sequence: int, why: str) -> None:
        """Say why an edit was made."""
        self.log = self.log.explained(sequence, why)
        self.changed.emit()
        self._write(project_work.explaining(sequence, why))

    # ---- within

    def _topics(self, numbers: Sequence[int]) -> list[Topic]:
        return [topic for number in numbers if (topic := self._topic(number)) is not None]

    def _topic(self, number: int) -> Topic | None:
        topics = self.shown.analysis.topics if self.shown is not None else ()
        return topics[number] if 0 <= number < len(topics) and topics[number].size else None

    def _take(self, kept: Kept) -> None:
        self._descriptions = kept.descriptions
        self._set_log(kept.log)

    def _describe(self, descriptions: dict[str, Description]) -> None:
        if descriptions:
            self._descriptions = self._descriptions | descriptions
            self._apply()

    def _set_log(self, log: EditLog) -> None:
        self.log = log
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        if self.found is not None:
            self.shown = apply_edits(self.found, self.log.edits, self._descriptions.get)
            self.applied.emit(self.shown)

    def _write(self, work: project_work.Work) -> None:
        """Where it cannot be written, say so and show what is really in the project."""
        if (path := self._path) is None:
            return

        def failed(reason: str) -> None:
            self._count_written(path)
            self.notice.emit(reason)
            self._background.with_project(path, project_work.read_kept, self._take, self.notice.emit)

        def done(_: object) -> None:
            self._count_written(path)
            self.take_note_of_saved()
            self._ask_if_lacking()

        self.n_unwritten += 1
        self.written.emit()
        self._background.with_project(path, work, done, failed)

    def _count_written(self, path: Path) -> None:
        """One less waits; what another project was waiting for is no longer counted."""
        self.n_unwritten = max(0, self.n_unwritten - (path == self._path))
        self.written.emit()

    def _ask_if_lacking(self) -> None:
        if self.shown is not None and self.shown.lacking:
            self.description_wanted.emit()


def written_last(path: Path | None) -> datetime | None:
    """When the project's file was written last; None where there is none."""
    try:
        return None if path is None else datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError:
        return None
