"""The map's context menu: what can be done with the label, the document or the ground under the pointer; it changes nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from topicdesk.core.analysis import Topic
from topicdesk.core.label_look import AS_LAID_OUT, LARGEST, SMALLEST, LabelLook
from topicdesk.gui.wording import count

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

STEP = 1.2  # of a label's size
WEIGHTS = (("As its size wants", ""), ("Regular", "normal"), ("Bold", "bold"))


def label_menu(session: Session, topic: Topic, zoom: Callable[[int], None], parent: QWidget) -> QMenu:
    """What can be done with a topic's label."""
    menu, look = QMenu(parent), topic.look

    def relook(**changes: object) -> Callable[[], None]:
        changed: LabelLook = replace(look, **changes)  # type: ignore[arg-type]
        return lambda: session.relook_labels([topic.number], changed)

    _add(menu, "Zoom to this topic", lambda: zoom(topic.number))
    menu.addSeparator()
    _add(menu, "Larger label", relook(scale=min(LARGEST, look.scale * STEP)), look.scale * STEP <= LARGEST)
    _add(menu, "Smaller label", relook(scale=max(SMALLEST, look.scale / STEP)), look.scale / STEP >= SMALLEST)
    weights = menu.addMenu("Weight")
    for words, weight in WEIGHTS:
        action = _add(weights, words, relook(weight=weight))
        action.setCheckable(True)
        action.setChecked(look.weight == weight)
    _add(menu, "Hide label", relook(is_hidden=True))
    menu.addSeparator()
    _add(menu, "Put label back as laid out", lambda: session.relook_labels([topic.number], AS_LAID_OUT), look != AS_LAID_OUT)
    _add_reset(menu, session)
    return menu


def ground_menu(session: Session, document: int | None, zoom: Callable[[int], None], home: Callable[[], None], parent: QWidget) -> QMenu:
    """What can be done where there is no label: with a document where there is one, and with the map."""
    menu, analysis = QMenu(parent), session.analysis
    if document is not None:
        _add(menu, "Similar documents", lambda: session.find_similar(document))
        own = -1 if analysis is None else int(analysis.assignment.topic_of[document])
        _add(menu, "Zoom to its topic", lambda: zoom(own), own >= 0)
        menu.addSeparator()
    _add(menu, "Show the whole map", home)
    hidden = [] if analysis is None else [topic for topic in analysis.present if topic.look.is_hidden]
    if hidden:
        labels = menu.addMenu(f"Show {count(len(hidden), 'hidden label')}")
        for topic in hidden:
            _add(labels, topic.label.text.replace("&", "&&"), partial(session.relook_labels, [topic.number], replace(topic.look, is_hidden=False)))
    _add_reset(menu, session)
    return menu


def _add_reset(menu: QMenu, session: Session) -> None:
    changed = [] if session.analysis is None else [topic.number for topic in session.analysis.present if topic.look != AS_LAID_OUT]
    if changed:
        _add(menu, f"Put all labels back ({len(changed):,} changed)", lambda: session.relook_labels(changed, AS_LAID_OUT))


def _add(menu: QMenu, words: str, do: Callable[[], object], can: bool = True) -> QAction:
    action = menu.addAction(words)
    action.setEnabled(can)
    action.triggered.connect(lambda _=False: do())
    return action
