"""How a project is looked at: what is remembered when it is closed and shown again when it is reopened; plain values, kept elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QTabWidget

if TYPE_CHECKING:
    from topicdesk.gui.map_view import MapView
    from topicdesk.gui.session import Session


def view_of(session: Session, map_view: MapView, tabs: QTabWidget) -> dict[str, Any]:
    """The part of the map, its colours and their legend, the chosen topic and the tab."""
    topics = session.analysis.present if session.analysis is not None else ()
    chosen = next((topic.stable_id for topic in topics if topic.number == session.chosen_topic), None)
    return {
        "extent": list(map_view.extent), "topic": chosen,
        "tab": tabs.currentIndex(), "colour": map_view.colours.choice, "legend": not map_view.legend.is_folded,
    }  # fmt: skip


def show_view(view: dict[str, Any], session: Session, map_view: MapView, tabs: QTabWidget) -> None:
    """Look at what is open as `view_of` said."""
    if session.analysis is None or not view:
        return
    session.choose_topic(next((topic.number for topic in session.analysis.present if topic.stable_id == view.get("topic")), None))
    tabs.setCurrentIndex(int(view.get("tab", 0)))
    extent = tuple(float(side) for side in view.get("extent", ()))
    if len(extent) == 4:
        map_view.show_extent(extent)
    map_view.legend.fold(not view.get("legend", True))
    map_view.colours.choose(str(view.get("colour", "topic")))
