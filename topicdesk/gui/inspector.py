"""The tabs at the right of the window; it knows nothing of what stands in them."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QTabWidget


class Inspector(QTabWidget):
    """Tabs that ask for the room of the one that is shown: a hidden tall one would push a small window beyond its screen."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """What the page that is shown and the tabs above it need."""
        page, needed = self.currentWidget(), super().minimumSizeHint()
        if page is None:
            return needed
        pages = (self.widget(place) for place in range(self.count()))
        tallest = max(one.minimumSizeHint().height() for one in pages if one is not None)
        return QSize(needed.width(), needed.height() - tallest + page.minimumSizeHint().height())
