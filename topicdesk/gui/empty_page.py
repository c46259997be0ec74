"""The first thing that is seen: where to drop a corpus, the sample, and what was open before."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QPainter, QPaintEvent, QPalette, QPen, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from topicdesk.gui.backups_dialog import when_words
from topicdesk.gui.icons import icon
from topicdesk.gui.pasting import NOTHING, ask_place, copied_file, copied_text
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.session import Session
from topicdesk.project.pasted import write_pasted
from topicdesk.project.snapshots import Snapshot

INVITATION = "Drop a table or a folder of texts here"
FORMATS = "CSV, Excel, Parquet, JSON, RIS, BibTeX, also zipped · .txt, .md, .docx\nor paste with Ctrl+V"
WIDTH = 480
MAX_SHOWN = 5


class DropArea(QFrame):
    """A dashed frame around the invitation; the window itself takes the drop, wherever it falls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_hot = False

    def set_hot(self, is_hot: bool) -> None:
        """Show that a file that would be taken is being held over the window."""
        self.is_hot = is_hot
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the frame in the palette's colours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.palette().color(QPalette.ColorRole.Highlight if self.is_hot else QPalette.ColorRole.Mid)
        painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine))
        if self.is_hot:
            fill = QColor(colour)
            fill.setAlpha(28)
            painter.setBrush(fill)
        area: QRect = self.rect().adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(area, 12, 12)


class EmptyPage(QWidget):
    """Shown while nothing is open.

    Signals
    -------
    open_asked : ()
        The researcher wants the file dialog.
    """

    open_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.area = DropArea()
        self.heading = QLabel(INVITATION, alignment=Qt.AlignmentFlag.AlignCenter)
        self.trouble = PlainLabel()
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.trouble.setAccessibleName("What went wrong")
        font = self.trouble.font()
        font.setBold(True)
        self.trouble.setFont(font)
        self.trouble.hide()
        self.open_button = QPushButton("&Open…")
        self.open_button.setDefault(True)
        self.open_button.setToolTip("Choose a table of texts or a project (Ctrl+O)")
        self.sample_button = QPushButton("Try the &sample")
        self.sample_button.setToolTip("About 10,000 descriptions of functions from scientific Python libraries, made on this computer")
        self.rescue_button = QPushButton()
        self.rescue_button.hide()
        self._rescue: tuple[Path, Snapshot] | None = None
        self.recent = QVBoxLayout()
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self.open_button.clicked.connect(self.open_asked)
        self.sample_button.clicked.connect(session.open_sample)
        self.rescue_button.clicked.connect(self._restore)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self).activated.connect(self.paste)
        session.preview_failed.connect(self._show_trouble)
        session.care.files.rescue_offered.connect(self._offer_rescue)
        session.state_changed.connect(self._follow)
        self._follow(session.state)

    def show_icons(self) -> None:
        """Draw the icons, which are not there at first sight."""
        picture = icon("drop", self.palette(), QPalette.ColorRole.PlaceholderText).pixmap(56, 56)
        self._picture.setPixmap(picture)
        self.sample_button.setIcon(icon("sample", self.palette()))
        self.open_button.setIcon(icon("open", self.palette()))

    def show_recent(self) -> None:
        """List the projects that were open before."""
        while (item := self.recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        paths = self._session.preferences.recent()[:MAX_SHOWN]
        unfinished = self._session.preferences.unfinished()
        if unfinished is not None:
            self.recent.addWidget(self._go_on_button(unfinished))
            self.recent.addSpacing(16)
        if paths:
            title = QLabel("Recent")
            title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self.recent.addWidget(title)
        for path in paths:
            self.recent.addWidget(self._recent_button(path))

    def paste(self) -> None:
        """Open what the clipboard holds: a file, or the cells of a table, which are kept first where the researcher wishes."""
        if self._session.state != "empty":
            return
        copied, preferences = QGuiApplication.clipboard().mimeData(), self._session.preferences
        if (path := copied_file(copied)) is not None:
            self._session.open_path(path)
        elif not (text := copied_text(copied)):
            self._show_trouble(NOTHING)
        elif (path := ask_place(self, preferences.pasting_folder())) is not None:
            try:
                sha256 = write_pasted(path, text)
            except OSError as error:
                self._show_trouble(f"What was pasted could not be kept ({error.strerror}).")
                return
            preferences.set_pasting_folder(path.parent)
            self._session.open_path(path, sha256)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Icons follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self._picture.pixmap().isNull():
            self.show_icons()

    def _lay_out(self) -> None:
        font = self.heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        self.heading.setFont(font)
        self._picture.setMinimumHeight(56)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.sample_button)
        buttons.addStretch()
        quiet = QLabel("Your texts stay on this computer.", alignment=Qt.AlignmentFlag.AlignCenter)
        quiet.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        inside = QVBoxLayout(self.area)
        inside.setContentsMargins(32, 40, 32, 32)
        inside.setSpacing(16)
        formats = QLabel(FORMATS, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        formats.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for widget in (self._picture, self.heading, formats, self.trouble):
            inside.addWidget(widget)
        inside.addWidget(self.rescue_button, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addLayout(buttons)
        inside.addWidget(quiet)
        self.area.setFixedWidth(WIDTH)
        self.recent.setSpacing(0)
        column = QVBoxLayout()
        column.setSpacing(16)
        column.addStretch(2)
        column.addWidget(self.area, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self.recent)
        column.addStretch(3)
        outer = QHBoxLayout(self)
        outer.addStretch()
        outer.addLayout(column)
        outer.addStretch()

    def _go_on_button(self, path: Path) -> QPushButton:
        button = QPushButton(f"&Go on with {path.stem.replace('&', '&&')}: its run was not finished")
        button.setToolTip(f"{path}\nWhat was finished is kept")
        button.clicked.connect(lambda: self._session.open_path(path))
        return button

    def _recent_button(self, path: Path) -> QPushButton:
        button = QPushButton(flat=True)
        words = f"{path.stem}  –  {path.parent}"
        button.setText(button.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, WIDTH - 24).replace("&", "&&"))
        button.setToolTip(str(path))
        button.setAccessibleName(f"Open the project {path.stem}")
        button.setStyleSheet("text-align: left; padding: 6px 8px;")
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self._session.open_path(path))
        return button

    def _show_trouble(self, reason: str) -> None:
        self.trouble.setText(reason)
        self.trouble.show()
        self.rescue_button.hide()

    def _offer_rescue(self, snapshot: Snapshot) -> None:
        """A project that is damaged has a backup that is not."""
        if (path := self._session.project_path) is not None:
            self._rescue = path, snapshot
            self.rescue_button.setText(f"&Restore the backup of {when_words(snapshot)}")
            self.rescue_button.setToolTip(f"{snapshot.path}\nThe damaged file is kept beside it")
            self.rescue_button.show()

    def _restore(self) -> None:
        if self._rescue is not None:
            self._session.care.restore(*self._rescue)

    def _follow(self, state: str) -> None:
        is_reading = state == "previewing"
        self.heading.setText(("Making the sample corpus…" if self._session.is_making_sample else "Reading…") if is_reading else INVITATION)
        self.open_button.setEnabled(not is_reading)
        self.sample_button.setEnabled(not is_reading)
        if state != "empty":
            self.trouble.hide()
            self.rescue_button.hide()
        else:
            self.show_recent()
