"""Tabs that are there only while there is something in them; they stand in one order behind those that are always there."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QWidget


class OptionalTabs:
    """Further tabs of a tab widget.

    Parameters
    ----------
    offered : dict of str to QWidget
        By title, in the order in which they stand.
    """

    def __init__(self, tabs: QTabWidget, offered: dict[str, QWidget]) -> None:
        self._tabs = tabs
        self._titles = {panel: title for title, panel in offered.items()}
        for panel in offered.values():
            panel.setParent(tabs)
            panel.hide()

    def show(self, panel: QWidget, is_present: bool) -> None:
        """Let a tab be there, or not; which one is looked at changes only where it vanishes."""
        place = self._tabs.indexOf(panel)
        if is_present and place < 0:
            before = [other for other in self._titles if self._tabs.indexOf(other) >= 0 and self._rank(other) < self._rank(panel)]
            first = self._tabs.count() - sum(self._tabs.indexOf(other) >= 0 for other in self._titles)
            self._tabs.insertTab(first + len(before), panel, self._titles[panel])
        elif not is_present and place >= 0:
            self._tabs.removeTab(place)

    def _rank(self, panel: QWidget) -> int:
        return list(self._titles).index(panel)
