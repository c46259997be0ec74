"""What the points' colours say, in the corner of the map: a choice of what to colour by, and its legend."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QIcon, QLinearGradient, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from topicdesk.figure.colouring import TOPIC, Colouring, Swatch
from topicdesk.figure.dots import Colours
from topicdesk.gui.plain_texts import PlainLabel
from topicdesk.gui.search_field import BESIDE_ARROW
from topicdesk.gui.wording import count

DOT = 10
LONGEST = 28


class ScaleBar(QWidget):
    """Colours from low to high, with marks beneath."""

    def __init__(self, colours: Colours, marks: Sequence[tuple[float, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours, self._marks = colours, marks
        self.setAccessibleName("Scale: " + ", ".join(words for _, words in marks))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """A bar and a line of text."""
        return QSize(190, 14 + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The bar, then the marks, those at the ends within it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(0, 2, self.width(), 8)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for place in range(0, len(self._colours), 4):
            gradient.setColorAt(place / (len(self._colours) - 1), QColor.fromRgbF(*self._colours[place].tolist()))
        gradient.setColorAt(1.0, QColor.fromRgbF(*self._colours[-1].tolist()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        metrics = self.fontMetrics()
        for share, words in self._marks:
            wide = metrics.horizontalAdvance(words)
            painter.drawText(QPointF(min(max(0.0, share * self.width() - wide / 2), self.width() - wide), 13 + metrics.ascent()), words)


class MapLegend(QFrame):
    """A button with the choices and, where it is not topics, what each colour stands for.

    Signals
    -------
    colour_chosen : (str)
        One of the choices.
    group_chosen : (int)
        A category was clicked.
    folded : (bool)
        The explanation was folded away, or is there again.
    """

    colour_chosen = Signal(str)
    group_chosen = Signal(int)
    folded = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName("Colours of the map")
        self.button = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup, autoRaise=True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolTip("What the colours of the points stand for")
        self.fold_button = QToolButton(autoRaise=True)
        self.fold_button.setCheckable(True)
        self.fold_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fold_button.toggled.connect(self._fold)
        self.swatches: list[QToolButton] = []
        self._content: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 2, 4, 4)
        self._column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.button)
        head.addStretch(1)
        head.addWidget(self.fold_button)
        self._column.addLayout(head)
        self._show_fold()

    @property
    def is_folded(self) -> bool:
        """Whether the explanation is away; it stays so whatever the colours stand for."""
        return self.fold_button.isChecked()

    def fold(self, is_folded: bool) -> None:
        """Fold the explanation away, or show it again."""
        self.fold_button.setChecked(is_folded)

    def offer(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer these choices."""
        menu, group = QMenu(self), QActionGroup(self)
        for choice, name in choices:
            action = menu.addAction(_plain(name))
            action.setCheckable(True)
            action.setChecked(choice == chosen)
            action.triggered.connect(lambda _=False, choice=choice: self.colour_chosen.emit(choice))
            group.addAction(action)
        if (old := self.button.menu()) is not None:
            old.deleteLater()
        self.button.setMenu(menu)
        self.button.setText(f"Colour: {_plain(dict(choices).get(chosen, dict(choices)[TOPIC]))}")
        self.button.setMinimumWidth(self.fontMetrics().horizontalAdvance(self.button.text()) + BESIDE_ARROW)

    def explain(self, colouring: Colouring | None, unit: str = "document") -> None:
        """Say what the colours of documents or passages stand for; None for topics, which say it themselves on the map."""
        for widget in self._content:
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.swatches = [self._swatch(swatch, unit) for swatch in colouring.swatches] if colouring else []
        self._content = list(self.swatches)
        if colouring is not None and colouring.scale:
            self._content.append(ScaleBar(colouring.colours, colouring.scale, self))
        if colouring is not None and colouring.n_missing:
            missing = PlainLabel()
            missing.setText(f"{count(colouring.n_missing)} without a value: grey")
            missing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            missing.setMargin(4)
            self._content.append(missing)
        for widget in self._content:
            self._column.addWidget(widget)
            widget.setVisible(not self.is_folded)
        self._show_fold()
        self.adjustSize()

    def _fold(self, is_folded: bool) -> None:
        for widget in self._content:
            widget.setVisible(not is_folded)
        self._show_fold()
        self.adjustSize()
        self.folded.emit(is_folded)

    def _show_fold(self) -> None:
        is_folded = self.is_folded
        words = "Show what the colours stand for" if is_folded else "Fold the legend away"
        self.fold_button.setArrowType(Qt.ArrowType.UpArrow if is_folded else Qt.ArrowType.DownArrow)
        self.fold_button.setToolTip(words)
        self.fold_button.setAccessibleName(words)
        self.fold_button.setVisible(bool(self._content))

    def _swatch(self, swatch: Swatch, unit: str) -> QToolButton:
        button = QToolButton(self, autoRaise=True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(_dot(QColor.fromRgbF(*swatch.colour), self.devicePixelRatioF()))
        button.setIconSize(QSize(DOT, DOT))
        text = swatch.text if len(swatch.text) <= LONGEST else swatch.text[: LONGEST - 1].rstrip() + "…"
        button.setText(f"{_plain(text)}  {swatch.n_documents:,}")
        button.setAccessibleName(f"{swatch.text}, {count(swatch.n_documents, unit)}")
        button.setToolTip(f"Select these {unit}s")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFixedHeight(self.fontMetrics().height() + 3)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _=False, group=swatch.group: self.group_chosen.emit(group))
        return button


def _plain(text: str) -> str:
    """Text of the corpus for a button or menu, where an ampersand would underline the next letter."""
    return text.replace("&", "&&")


def _dot(colour: QColor, ratio: float) -> QIcon:
    pixmap = QPixmap(round(DOT * ratio), round(DOT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QRectF(0.5, 0.5, DOT - 1, DOT - 1))
    painter.end()
    return QIcon(pixmap)
