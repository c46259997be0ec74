"""How rows are painted: a first line, a quiet second line under it, a mark at the end; and tooltips that never read text as HTML."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionFocusRect, QStyleOptionViewItem, QToolTip, QWidget

Index = QModelIndex | QPersistentModelIndex
MARGIN = 8
SWATCH = 10


def tooltip(*paragraphs: str) -> str:
    """Plain texts as a tooltip that wraps; what looks like HTML is shown as it stands."""
    return "".join(f"<p style='margin: 0; white-space: pre-wrap'>{html.escape(text)}</p>" for text in paragraphs if text)


def quiet(colour: QColor, opacity: float = 0.65) -> QColor:
    """The colour of less important text."""
    faded = QColor(colour)
    faded.setAlphaF(opacity)
    return faded


class TwoLineDelegate(QStyledItemDelegate):
    """Paints the display text and, under it, the text of another role.

    Attributes
    ----------
    second_role : int
    has_second_line : bool
        False leaves only the first line.
    mark : callable (index, palette role) -> QIcon or None
        The small icon at the end of the first line.
    """

    def __init__(self, second_role: int, mark: Callable[[Index, QPalette.ColorRole], QIcon | None] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.second_role = second_role
        self.has_second_line = True
        self.mark = mark

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Two lines and a margin above and below."""
        return QSize(120, row_height(option.font, self.has_second_line))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Panel of the style, then the lines, elided, then the focus."""
        painted = _prepared(self, option, index)
        role = QPalette.ColorRole.HighlightedText if painted.state & QStyle.StateFlag.State_Selected else QPalette.ColorRole.Text
        area = painted.rect.adjusted(MARGIN // 2, 0, -MARGIN, 0)  # its left edge is that of the header's text
        first_font, second_font = painted.font, _smaller(painted.font)
        first_height, second_height = QFontMetrics(first_font).height(), QFontMetrics(second_font).height()
        second = str(index.data(self.second_role) or "") if self.has_second_line else ""
        top = area.top() + (area.height() - first_height - (second_height + 2 if second else 0)) // 2
        painter.save()
        painter.setClipRect(painted.rect)
        first = QRect(area.left(), top, area.width(), first_height)
        if self.mark and (icon := self.mark(index, role)):
            size = min(16, first_height)
            icon.paint(painter, QRect(first.right() - size + 1, first.center().y() - size // 2, size, size))
            first.setRight(first.right() - size - MARGIN)
        _line(painter, first, first_font, painted.palette.color(role), str(index.data() or ""))
        _line(painter, QRect(area.left(), top + first_height + 2, area.width(), second_height), second_font, quiet(painted.palette.color(role)), second)
        painter.restore()
        _focus(painter, painted)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:  # noqa: N802
        """Both lines whole, and the tooltip's own words, as plain text."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(
            event.globalPos(),
            tooltip(str(index.data() or ""), str(index.data(self.second_role) or ""), str(index.data(Qt.ItemDataRole.ToolTipRole) or "")),
            view,
        )
        return True

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """What is being typed is not overwritten when a label arrives."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:  # noqa: N802
        """Hand over what was typed; nothing where nothing was."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        """The editor covers both lines."""
        editor.setGeometry(option.rect)


class ListLineDelegate(TwoLineDelegate):
    """The same for a list, which leaves even the background of a row to its delegate."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Background, then the lines."""
        painted = _prepared(self, option, index)
        if painted.widget is not None:
            painted.widget.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, painted, painter, painted.widget)
        super().paint(painter, option, index)


class SwatchDelegate(QStyledItemDelegate):
    """Paints a dot in the topic's colour, as on the map, and the number."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Panel of the style, dot, number, focus."""
        painted = _prepared(self, option, index)
        role = QPalette.ColorRole.HighlightedText if painted.state & QStyle.StateFlag.State_Selected else QPalette.ColorRole.Text
        area = painted.rect.adjusted(MARGIN, 0, -2, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(colour := index.data(Qt.ItemDataRole.DecorationRole), QColor):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QRect(area.left(), area.center().y() - SWATCH // 2 + 1, SWATCH, SWATCH))
        area.setLeft(area.left() + SWATCH + 6)
        _line(painter, area, painted.font, quiet(painted.palette.color(role), 0.8), str(index.data() or ""))
        painter.restore()
        _focus(painter, painted)


def row_height(font: QFont, has_second_line: bool) -> int:
    """The height of a row, a multiple of 4 pixels."""
    height = QFontMetrics(font).height() + (QFontMetrics(_smaller(font)).height() + 2 if has_second_line else 0)
    return 4 * round((height + 12) / 4)


def _prepared(delegate: QStyledItemDelegate, option: QStyleOptionViewItem, index: Index) -> QStyleOptionViewItem:
    """The option as the style wants it, its panel already painted by the caller's painter."""
    prepared = QStyleOptionViewItem(option)
    delegate.initStyleOption(prepared, index)
    return prepared


def _smaller(font: QFont) -> QFont:
    smaller = QFont(font)
    smaller.setPointSizeF(max(font.pointSizeF() * 0.9, 6.0))
    return smaller


def _line(painter: QPainter, area: QRect, font: QFont, colour: QColor, text: str) -> None:
    painter.setFont(font)
    painter.setPen(colour)
    elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, elided)


def _focus(painter: QPainter, painted: QStyleOptionViewItem) -> None:
    if not painted.state & QStyle.StateFlag.State_HasFocus or painted.widget is None:
        return
    focus = QStyleOptionFocusRect()
    focus.rect, focus.state, focus.palette = painted.rect, painted.state, painted.palette
    painted.widget.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, focus, painter, painted.widget)
