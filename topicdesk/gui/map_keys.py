"""The map by keyboard: every key and what it does, for those who cannot or will not use a pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from topicdesk.gui.map_view import MapView
    from topicdesk.gui.session import Session

ARROW_SHARE = 0.1  # of the view
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
TOOLS = {
    Qt.Key.Key_Plus: "zoom in", Qt.Key.Key_Equal: "zoom in", Qt.Key.Key_Minus: "zoom out", Qt.Key.Key_0: "home", Qt.Key.Key_Home: "home",
    Qt.Key.Key_G: "unassigned", Qt.Key.Key_S: "style", Qt.Key.Key_Backspace: "back", Qt.Key.Key_Back: "back", Qt.Key.Key_Forward: "forward",
    Qt.Key.Key_R: "rectangle", Qt.Key.Key_L: "lasso",
}  # fmt: skip
TURNS = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
IN_WORDS = (
    "Arrow keys move the map, + and - zoom, 0 shows all of it. Page down and up go from topic to topic; "
    "Return chooses the document in the middle, Shift and an arrow the next one in that direction."
)


class MapKeys:
    """Takes the keys that a map knows."""

    def __init__(self, view: MapView, session: Session) -> None:
        self._view, self._session = view, session

    def take(self, event: QKeyEvent) -> bool:
        """Do what a key stands for. False where it stands for nothing."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if modifiers & Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._view.use("back" if key == Qt.Key.Key_Left else "forward")
        elif key in ARROWS:
            (self._step if modifiers & Qt.KeyboardModifier.ShiftModifier else self._pan)(*ARROWS[key])
        elif key in TURNS:
            self._turn(TURNS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._view.pointer.middle_document())
        elif key in TOOLS and not modifiers & Qt.KeyboardModifier.ControlModifier:
            self._view.use(TOOLS[key])
        elif key == Qt.Key.Key_Escape:
            self._escape()
        else:
            return False
        return True

    def _pan(self, across: int, down: int) -> None:
        canvas = self._view.canvas
        canvas.look_at(canvas.view.panned(-across * canvas.width() * ARROW_SHARE, -down * canvas.height() * ARROW_SHARE))

    def _step(self, across: int, down: int) -> None:
        here = self._session.chosen_document
        self._choose(self._view.pointer.middle_document() if here is None else self._view.pointer.neighbour(here, across, down))

    def _choose(self, document: int | None) -> None:
        if document is not None:
            self._session.choose_documents(None)
            self._session.choose_document(document)
            self._view.bring_into_view(self._view.pointer.place_of(document))

    def _turn(self, step: int) -> None:
        """The next topic, by number; after the last comes the first."""
        analysis = self._session.analysis
        numbers = [] if analysis is None else [topic.number for topic in analysis.present if not topic.is_hidden]
        if numbers:
            chosen = self._session.chosen_topic
            place = numbers.index(chosen) + step if chosen in numbers else 0 if step > 0 else -1
            self._session.choose_document(None)
            self._session.choose_topic(numbers[place % len(numbers)])
            self._view.bring_topic_into_view(numbers[place % len(numbers)])

    def _escape(self) -> None:
        """One thing at a time: an outline tool first, then what is chosen."""
        if self._view.canvas.tool != "pan":
            self._view.use(self._view.canvas.tool)
        else:
            self._session.choose_nothing()
