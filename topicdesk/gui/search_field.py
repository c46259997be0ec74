"""The search in the toolbar: a line, and whether it looks for words or for meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from topicdesk.gui.map_icons import icon

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

DEBOUNCE_MILLISECONDS = 200
BESIDE_ARROW = 32  # pixels, so that a button's arrow does not lie on its text
KINDS = {
    "words": ("Words", "Documents whose title or text holds each of the words"),
    "meaning": ("Meaning", "Documents that mean something like this, whatever their words; the engine compares them"),
}


class SearchField(QWidget):
    """Asks the session's finder: words while they are typed, meaning after a pause.

    Signals
    -------
    results_wanted : ()
        Return or Down was pressed: on to what was found.
    left : ()
        Escape was pressed in an empty line.
    """

    results_wanted = Signal()
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finder = session.finder
        self.kind = "words"
        self._is_following = False
        self.line = QLineEdit(placeholderText="Search words or meaning", clearButtonEnabled=True)
        self.line.setAccessibleName("Search words or meaning")
        self.line.installEventFilter(self)
        self.kind_button = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup, autoRaise=True)
        self.kind_button.setAccessibleName("What to search by")
        self.kind_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._debounce = QTimer(self, singleShot=True, interval=DEBOUNCE_MILLISECONDS)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.kind_button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(300)
        self.setMaximumWidth(460)
        self._make_menu()
        self._debounce.timeout.connect(self.search)
        self.line.textEdited.connect(lambda _: self._debounce.start())
        self.line.textChanged.connect(self._on_text)
        self.line.returnPressed.connect(self._on_return)
        self._finder.changed.connect(self._follow)
        self.setEnabled(False)

    def focus(self) -> None:
        """Put the cursor into the line, all of it selected."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def search(self) -> None:
        """Ask for what stands in the line now."""
        self._debounce.stop()
        self._finder.look_for(self.line.text(), "meaning" if self.kind == "meaning" else "words")

    def choose_kind(self, kind: str) -> None:
        """Look for words or for meaning from now on."""
        self.kind = kind
        words, hint = KINDS[kind]
        self.kind_button.setText(words)
        self.kind_button.setMinimumWidth(self.fontMetrics().horizontalAdvance(words) + BESIDE_ARROW)
        self.kind_button.setToolTip(f"Search by: {words.lower()}. {hint}.")
        self.line.setToolTip(f"{hint} (Ctrl+F)")
        self._kinds[kind].setChecked(True)
        if self.line.text():
            self.search()

    def show_icons(self) -> None:
        """Draw the magnifying glass in the palette's colour."""
        if self.line.actions() and self._glass in self.line.actions():
            self._glass.setIcon(icon("search", self.palette()))
        else:
            self.line.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
            self._glass.setIcon(icon("search", self.palette()))

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802
        """Escape clears the line, then leaves it; Down goes on to what was found."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._on_key(event.key())
                return True
        return False

    def _make_menu(self) -> None:
        menu, group = QMenu(self), QActionGroup(self)
        self._kinds: dict[str, QAction] = {}
        self._glass = QAction(self)
        for kind, (words, hint) in KINDS.items():
            action = self._kinds[kind] = menu.addAction(words)
            action.setCheckable(True)
            action.setToolTip(hint)
            action.triggered.connect(lambda _=False, kind=kind: self.choose_kind(kind))
            group.addAction(action)
        menu.setToolTipsVisible(True)
        self.kind_button.setMenu(menu)
        self.choose_kind(self.kind)

    def _on_key(self, key: int) -> None:
        if key == Qt.Key.Key_Down:
            self.results_wanted.emit()
        elif self.line.text() or self._finder.found is not None:
            self.line.clear()
            self._finder.clear()
        else:
            self.left.emit()

    def _on_text(self, text: str) -> None:
        if not text and not self._is_following:
            self._debounce.stop()
            self._finder.clear()

    def _on_return(self) -> None:
        """What was not looked for yet is; the second time leads on to what was found."""
        found = self._finder.found
        if self._debounce.isActive() or found is None or found.words.strip() != self.line.text().strip():
            self.search()
        else:
            self.results_wanted.emit()

    def _follow(self) -> None:
        """A search that was cleared or begun elsewhere leaves no old words in the line."""
        found = self._finder.found
        if (found is None or found.kind == "likeness") and not self._debounce.isActive() and not self._finder.is_busy:
            self._is_following = True
            self.line.clear()
            self._is_following = False
