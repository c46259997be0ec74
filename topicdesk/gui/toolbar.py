"""The toolbar: the few actions that are wanted often, in groups."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar, QWidget

from topicdesk.gui.actions import TOOLBAR, Actions


def make_toolbar(window: QMainWindow, actions: Actions, search: QWidget) -> QToolBar:
    """A toolbar that cannot be lost; the search stands in its middle, figure and export at its end."""
    toolbar = QToolBar("Toolbar")
    toolbar.setObjectName("toolbar")
    toolbar.setMovable(False)
    toolbar.setIconSize(QSize(20, 20))
    toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    for place, group in enumerate(TOOLBAR):
        if not group:
            for widget in (_room(), search, _room()):
                toolbar.addWidget(widget)
        elif place and TOOLBAR[place - 1]:
            toolbar.addSeparator()
        for name in group:
            toolbar.addAction(actions[name])
            if (button := toolbar.widgetForAction(actions[name])) is not None:
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    window.addToolBar(toolbar)
    toolbar.toggleViewAction().setVisible(False)
    return toolbar


def _room() -> QWidget:
    room = QWidget()
    room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return room
