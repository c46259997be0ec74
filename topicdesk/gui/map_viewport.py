"""The window onto the map: which part of its plane is seen in how many pixels; plain arithmetic without Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topicdesk.core.arrays import FloatArray, are_placed
from topicdesk.figure.raster import Extent


@dataclass(frozen=True)
class Viewport:
    """A part of the map at equal aspect, with y upwards, seen in pixels with y downwards.

    Attributes
    ----------
    extent : (x0, x1, y0, y1)
        In the map's coordinates.
    width, height : float
        In pixels of the widget.
    """

    extent: Extent
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Map units a pixel."""
        return (self.extent[1] - self.extent[0]) / self.width

    @property
    def centre(self) -> tuple[float, float]:
        """The map point in the middle."""
        x0, x1, y0, y1 = self.extent
        return (x0 + x1) / 2, (y0 + y1) / 2

    def to_map(self, x: float, y: float) -> tuple[float, float]:
        """The map point under a pixel."""
        return self.extent[0] + x * self.scale, self.extent[3] - y * self.scale

    def to_pixel(self, x: float, y: float) -> tuple[float, float]:
        """The pixel over a map point."""
        return (x - self.extent[0]) / self.scale, (self.extent[3] - y) / self.scale

    def to_pixels(self, points: FloatArray) -> NDArray[np.float64]:
        """Pixels over map points: float64 of shape (n, 2)."""
        return np.column_stack([(points[:, 0] - self.extent[0]) / self.scale, (self.extent[3] - points[:, 1]) / self.scale])

    def zoomed(self, factor: float, x: float, y: float) -> Viewport:
        """`factor` times as large, with the map point under pixel (x, y) held in its place."""
        held = self.to_map(x, y)
        scale = self.scale / factor
        return self._at(scale, held[0] - x * scale, held[1] + y * scale)

    def panned(self, dx: float, dy: float) -> Viewport:
        """The map moved by pixels, to the right and downwards."""
        return self._at(self.scale, self.extent[0] - dx * self.scale, self.extent[3] + dy * self.scale)

    def resized(self, width: float, height: float) -> Viewport:
        """The same middle, and at least what was seen before, in another size."""
        scale = max((self.extent[1] - self.extent[0]) / width, (self.extent[3] - self.extent[2]) / height)
        x, y = self.centre
        return replace(self, width=width, height=height)._at(scale, x - scale * width / 2, y + scale * height / 2)

    def without_right(self, pixels: float) -> Viewport:
        """What is left where a strip at the right is covered; at least half."""
        width = max(self.width - pixels, self.width / 2)
        return replace(self, width=width)._at(self.scale, self.extent[0], self.extent[3])

    def framing(self, box: Extent, margin: float = 0.15) -> Viewport:
        """Shows a part of the map with a margin around it."""
        width, height = (1 + 2 * margin) * (box[1] - box[0]), (1 + 2 * margin) * (box[3] - box[2])
        scale = max(width / self.width, height / self.height, 1e-9)
        x, y = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
        return self._at(scale, x - scale * self.width / 2, y + scale * self.height / 2)

    def framing_beside(self, box: Extent, strip: float) -> Viewport:
        """Shows a part of the map without a margin, clear of a strip at the right: moved, and only where that is not enough, smaller."""
        whole, strip = self.framing(box, margin=0.0), min(strip, self.width / 2)
        beneath = whole.to_pixel(box[1], 0)[0] - (self.width - strip)
        if beneath <= 0:
            return whole
        if whole.to_pixel(box[0], 0)[0] >= beneath:
            return whole.panned(-beneath, 0)
        part = replace(self, width=self.width - strip).framing(box, margin=0.0)
        return self._at(part.scale, part.extent[0], part.extent[3])

    def _at(self, scale: float, left: float, top: float) -> Viewport:
        return replace(self, extent=(left, left + scale * self.width, top - scale * self.height, top))


def topic_box(positions: FloatArray, members: NDArray[np.bool_]) -> Extent | None:
    """The part of the map where nearly all of some documents lie (the outermost fiftieth on each side left out); None for none."""
    placed = positions[members & are_placed(positions)]
    if not len(placed):
        return None
    low, high = np.percentile(placed, (2, 98), axis=0)
    spread = max(float((high - low).max()), 1e-6)
    middle = (low + high) / 2
    half = np.maximum((high - low) / 2, spread / 4)
    return (float(middle[0] - half[0]), float(middle[0] + half[0]), float(middle[1] - half[1]), float(middle[1] + half[1]))
