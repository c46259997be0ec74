"""What the actions of the Topics menu do, and where they are offered besides: the strip under the topics, context menus."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QColorDialog, QMainWindow, QMenu, QTableView, QToolBar

from topicdesk.core.analysis import Topic
from topicdesk.gui.actions import ANSWERS, DOCUMENTS, RELABEL, TOPIC, TOPICS, Actions
from topicdesk.gui.map_palette import colours_of
from topicdesk.gui.note_dialog import NoteDialog
from topicdesk.gui.topic_picker import TopicPicker
from topicdesk.gui.wording import count, unit_of

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

STRIP = ("accept", "relabel", "merge", "split", "note", "hide", "delete")
OF_TOPICS = ("rename", "accept", "relabel", "answers", "note", "colour", "hide", "ban", None, "merge", "split", "delete")
OF_DOCUMENTS = ("create", "move", "unassign", "keep")
N_KEYWORDS_OFFERED = 15
DURING_TRIAL = "Topics of another size are being tried: apply them, or go back, first."
DURING_RUN = "The run asks the language model about these topics: relabel when it has ended."
DIFFERENT_NOTES = "These topics have different notes. What you write here takes their place; where you write nothing, they stay."
NO_TEXTS = "This copy holds no texts that a model could be shown."


class TopicActions(QObject):
    """The actions on topics and documents of one window. `other_answers` is the menu of what else the model would call the chosen topic.

    Parameters
    ----------
    show_split, show_relabelling, show_answers : callable
        Open the split of the chosen topic, the comparison of labels of the chosen topics, and the menu of the model's other answers.
    """

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        actions: Actions,
        show_split: Callable[[], object],
        show_relabelling: Callable[[], object],
        show_answers: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._actions = window, session, actions
        self._words = QMenu(window)
        self._words.aboutToShow.connect(self._list_keywords)
        actions["ban"].setMenu(self._words)
        self.other_answers = QMenu(window)
        self.other_answers.aboutToShow.connect(self._list_answers)
        actions["answers"].setMenu(self.other_answers)
        slots: dict[str, Callable[[], object]] = {
            "accept": self.accept, "note": self.write_note, "colour": self.choose_colour, "hide": self.hide_or_show, "merge": self.merge,
            "split": show_split, "relabel": show_relabelling, "delete": self.delete, "create": self.create, "move": self.ask_target, "unassign": self.unassign,
            "keep": self.keep, "answers": show_answers,
        }  # fmt: skip
        for name, slot in slots.items():
            actions[name].triggered.connect(lambda _=False, slot=slot: slot())

    @property
    def present(self) -> set[str]:
        """What is chosen, as the actions' needs name it; none of it while topics of another size are tried."""
        session = self._session
        if session.analysis is None or session.trial is not None:
            return set()
        n_topics = len(self._topics())
        found = {name for name, is_there in ((TOPIC, n_topics > 0), (TOPICS, n_topics > 1), (DOCUMENTS, bool(session.documents_in_hand))) if is_there}
        if n_topics and session.has_texts and session.state != "running":
            found.add(RELABEL)
        if self._answers():
            found.add(ANSWERS)
        self._name_actions()
        return found

    @property
    def why_not(self) -> dict[str, str]:
        """What stands in the way of actions, by their needs, where it is more than that nothing is chosen."""
        session = self._session
        if session.trial is not None:
            return dict.fromkeys((TOPIC, TOPICS, DOCUMENTS, RELABEL, ANSWERS), DURING_TRIAL)
        if not self._topics():
            return {}
        return {RELABEL: NO_TEXTS if not session.has_texts else DURING_RUN}

    def make_strip(self) -> QToolBar:
        """The actions that a topic needs most, as buttons in a row."""
        strip = QToolBar()
        strip.setIconSize(QSize(18, 18))
        strip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        for name in STRIP:
            strip.addAction(self._actions[name])
        return strip

    def offer(self, table: QTableView, names: tuple[str | None, ...]) -> None:
        """Give a table a context menu of these actions."""
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(partial(self._pop_up, table, names))

    # ---- topics

    def accept(self) -> None:
        """Check the labels; where all are checked, take that back."""
        topics = self._topics()
        self._session.editor.mark(self._numbers(), "check", not all(topic.is_checked for topic in topics))

    def hide_or_show(self) -> None:
        """Leave the topics out of the map; where all are, show them again."""
        topics = self._topics()
        self._session.editor.mark(self._numbers(), "hide", not all(topic.is_hidden for topic in topics))

    def write_note(self) -> None:
        """Let the researcher write about the topics; where their notes differ, only what is written takes the place of these."""
        numbers, topics = self._numbers(), self._topics()
        heading = topics[0].label.text if len(topics) == 1 else count(len(topics), "topic")
        differ = len({topic.note for topic in topics}) > 1
        dialog = NoteDialog(heading, "" if differ else topics[0].note, self._window, DIFFERENT_NOTES if differ else "")
        dialog.written.connect(lambda text: self._session.editor.mark(numbers, "note", text) if text or not differ else None)
        dialog.show()

    def choose_colour(self) -> None:
        """Let the researcher choose a colour for the topics."""
        numbers = self._numbers()
        present = colours_of(self._session.analysis, self._window.palette()).get(numbers[-1], QColor())
        dialog = QColorDialog(present, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Colour of the topic" if len(numbers) == 1 else f"Colour of {count(len(numbers), 'topic')}")
        dialog.colorSelected.connect(lambda colour: self._session.editor.mark(numbers, "colour", colour.name()))
        dialog.open()

    def merge(self) -> None:
        """Make one topic of the chosen ones, and choose it."""
        kept = max(self._topics(), key=lambda topic: (topic.size, -topic.number))
        self._session.editor.merge(self._numbers())
        self._session.choose_topic(kept.number)

    def delete(self) -> None:
        """Leave the documents of the chosen topics unassigned."""
        self._session.editor.delete(self._numbers())

    # ---- documents

    def create(self) -> None:
        """Make a topic of the documents, and choose it."""
        self._session.editor.create(self._session.documents_in_hand)
        analysis = self._session.analysis
        if analysis is not None and analysis.topics and analysis.topics[-1].size:
            self._session.choose_topic(len(analysis.topics) - 1)

    def ask_target(self) -> None:
        """Let the researcher choose a topic, and move the documents there."""
        session, rows = self._session, self._session.documents_in_hand
        if session.analysis is None:
            return
        picker = TopicPicker(
            f"Move {count(len(rows), unit_of(session.corpus))} to", session.analysis.present, colours_of(session.analysis, self._window.palette()), self._window
        )
        picker.picked.connect(lambda number: session.editor.move(rows, number))
        picker.open_at(self._window)

    def unassign(self) -> None:
        """Leave the documents in no topic."""
        self._session.editor.move(self._session.documents_in_hand, None)

    def keep(self) -> None:
        """Keep the documents in no topic whatever is suggested; where all are kept, release them."""
        self._session.editor.keep(self._session.documents_in_hand, not self._are_kept())

    # ---- within

    def _numbers(self) -> list[int]:
        return [topic.number for topic in self._topics()]

    def _topics(self) -> list[Topic]:
        analysis = self._session.analysis
        chosen = self._session.chosen_topics if analysis is not None else ()
        return [analysis.topics[number] for number in chosen if analysis and 0 <= number < len(analysis.topics) and analysis.topics[number].size]

    def _are_kept(self) -> bool:
        shown, rows = self._session.editor.shown, self._session.documents_in_hand
        return shown is not None and bool(rows) and bool(shown.kept[rows].all())

    def _name_actions(self) -> None:
        """Actions that take back what was done say so."""
        topics = self._topics()
        self._actions["accept"].setText("Take acceptance &back" if topics and all(topic.is_checked for topic in topics) else "&Accept label")
        self._actions["hide"].setText("S&how again" if topics and all(topic.is_hidden for topic in topics) else "&Hide")
        self._actions["keep"].setText("&Release from noise" if self._are_kept() else "&Keep as noise")

    def _list_keywords(self) -> None:
        self._words.clear()
        for topic in self._topics()[-1:]:
            terms = dict.fromkeys(keyword.term for aspect in (topic.keywords, topic.mmr, topic.keybert) for keyword in aspect)
            for term in list(terms)[:N_KEYWORDS_OFFERED]:
                action = QAction(term.replace("&", "&&"), self._words)
                action.triggered.connect(lambda _=False, term=term: self._session.editor.ban(term))
                self._words.addAction(action)

    def _answers(self) -> tuple[str, ...]:
        """What else the model would have called the topic that was chosen last."""
        return next((topic.label.alternatives for topic in self._topics()[-1:]), ())

    def _list_answers(self) -> None:
        self.other_answers.clear()
        for place, answer in enumerate(self._answers(), 1):
            action = QAction(f"&{place}  {answer.replace('&', '&&')}", self.other_answers)
            action.triggered.connect(partial(self._take_answer, answer))
            self.other_answers.addAction(action)

    def _take_answer(self, answer: str, _: bool = False) -> None:
        if (number := self._session.chosen_topic) is not None:
            self._session.take_answer(number, answer)

    def _pop_up(self, table: QTableView, names: tuple[str | None, ...], place: QPoint) -> None:
        menu = QMenu(table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in names:
            menu.addSeparator() if name is None else menu.addAction(self._actions[name])
        menu.popup(table.viewport().mapToGlobal(place))
