"""The figure dialog: size, resolution and look of the map on paper, as it will look, and the file it is saved to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from topicdesk.figure.colouring import TOPIC, choices
from topicdesk.figure.content import figure_content
from topicdesk.figure.draw import MapContent
from topicdesk.gui.figure_form import FigureForm
from topicdesk.gui.figure_page import FigurePreview, FigureWish, draw_preview, offered_families, save
from topicdesk.gui.latest import IsStale, Latest
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.screen_room import resize_within_screen

if TYPE_CHECKING:
    from topicdesk.gui.session import Session

DEBOUNCE_MILLISECONDS = 250


class Sheet(QWidget):
    """The page in the middle of its room, with a thin edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview of the figure")

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for a page in 4 : 3."""
        return QSize(560, 420)

    def show_image(self, image: QImage | None) -> None:
        """Show this page."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The page, scaled down while the right size is being drawn."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Mid))
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = self._image.deviceIndependentSize().toSize().scaled(self.size() - QSize(32, 32), Qt.AspectRatioMode.KeepAspectRatio)
            area = QRect(QPoint(), size)
            area.moveCenter(self.rect().center())
            painter.drawImage(area, self._image)


class FigureDialog(QDialog):
    """Saves the map of `session`'s analysis; it is not modal, and changes nothing but the choices that the project keeps for the next figure.

    `colour_by` is what the window's map is coloured by.
    """

    def __init__(self, session: Session, parent: QWidget | None = None, colour_by: str = TOPIC) -> None:
        super().__init__(parent)
        self._session = session
        self._content: MapContent | None = None
        self._preview: FigurePreview | None = None
        self.setWindowTitle("Save figure")
        self.form = FigureForm(session.settings.figure)
        self.form.show_families(offered_families())
        self.form.offer_colours(choices(session.corpus, session.analysis), colour_by)
        self.form.restore(session.figure_choices)
        self.sheet = Sheet()
        self.message = PlainLabel()
        self.save_button, self.close_button = QPushButton("&Save…"), QPushButton("Close")
        self._lay_out()
        self._debounce = QTimer(self, singleShot=True, interval=DEBOUNCE_MILLISECONDS)
        self._drawing, self._saving = Latest(self), Latest(self)
        self._connect()
        resize_within_screen(self, 1080, 720)
        self._on_change()
        self._ask()

    @property
    def is_working(self) -> bool:
        """Whether a preview or a file is still to come."""
        return self._debounce.isActive() or self._drawing.is_busy or self._saving.is_busy

    @property
    def wish(self) -> FigureWish:
        """The figure that the fields describe."""
        return self.form.wish

    def save_to(self, path: Path) -> None:
        """Write the figure in the background; the message says how it went."""
        analysis, corpus, wish, content = self._session.analysis, self._session.corpus, self.wish, self._content
        if analysis is None:
            return
        kind = self.form.format
        if path.suffix.lower() != f".{kind}":
            path = path.with_name(f"{path.name}.{kind}")
        labels = self._preview.labels if self._preview is not None and self._preview.wish == wish else None
        self._say(f"Saving {path.name} …")
        self.save_button.setEnabled(False)
        self._saving.ask(lambda is_stale: save(content or figure_content(analysis, corpus), corpus, wish, path, labels))

    def done(self, result: int) -> None:
        """Keep what was chosen."""
        self._session.remember_figure(self.form.choices)
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The preview is drawn anew in its new size."""
        super().resizeEvent(event)
        self._debounce.start()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.save_button)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.form, 1)
        left.addWidget(self.message)
        left.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addLayout(left)
        row.addWidget(self.sheet, 1)
        self.message.setFixedWidth(self.form.width())
        self.save_button.setDefault(True)

    def _connect(self) -> None:
        self.form.changed.connect(self._on_change)
        self._debounce.timeout.connect(self._ask)
        self._drawing.answered.connect(self._show)
        self._drawing.failed.connect(self._say)
        self._saving.answered.connect(self._on_saved)
        self._saving.failed.connect(self._on_not_saved)
        self.save_button.clicked.connect(self._choose_path)
        self.close_button.clicked.connect(self.close)
        self._session.analysis_changed.connect(self._on_analysis)
        self._session.labels_changed.connect(self._on_analysis)

    def _on_change(self) -> None:
        objection = self.wish.objection
        self._say(objection)
        self.save_button.setEnabled(not objection and self._session.analysis is not None)
        self._debounce.start()

    def _on_analysis(self) -> None:
        self._content = self._preview = None
        self._on_change()

    def _ask(self) -> None:
        """Draw the preview, unless the one that is shown still holds."""
        self._debounce.stop()
        analysis, corpus, wish, content = self._session.analysis, self._session.corpus, self.wish, self._content
        if analysis is None or wish.objection:
            return
        room, ratio = self.sheet.size() - QSize(32, 32), self.devicePixelRatioF()

        def draw(is_stale: IsStale) -> tuple[MapContent, FigurePreview]:
            made = content or figure_content(analysis, corpus)
            return made, draw_preview(made, corpus, wish, room.width(), room.height(), ratio)

        self._drawing.ask(draw)

    def _show(self, answer: tuple[MapContent, FigurePreview]) -> None:
        self._content, self._preview = answer
        self.sheet.show_image(self._preview.image)
        if self._preview.remark:
            self._say(self._preview.remark)

    def _choose_path(self) -> None:
        project, kind = self._session.project, self.form.format
        start = project.path.with_suffix(f".{kind}") if project is not None else Path(f"map.{kind}")
        path = QFileDialog.getSaveFileName(self, "Save figure", str(start), f"{self.form.format_field.currentText()} (*.{kind})")[0]
        if path:
            self.save_to(Path(path))

    def _on_saved(self, paths: list[Path]) -> None:
        self.save_button.setEnabled(True)
        names = ", ".join(path.name for path in paths)
        self._say(f"Saved {names} in {paths[0].parent}.")
        self._session.remember_figure(self.form.choices)

    def _on_not_saved(self, reason: str) -> None:
        self.save_button.setEnabled(True)
        self._say(f"The figure was not saved: {reason}. Choose another folder or name.")

    def _say(self, words: str) -> None:
        self.message.setText(words)
