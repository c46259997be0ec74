"""What the cells of a table look like, column by column, learnt from its readable rows: the measure by which a doubtful row is judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FEWEST_ROWS = 20
_LONGEST_SHAPED = 64
_FEW_SHAPES = 6
_CLASSES = str.maketrans({**dict.fromkeys("0123456789", "9"), **{chr(c): "A" for c in range(65, 91)}, **{chr(c): "a" for c in range(97, 123)}})
_RUNS = re.compile(r"([9Aa])\1+")
_NEARLY_ALL = 0.97


def shape_of(cell: str) -> str:
    """Each digit as 9, each capital as A, each small letter as a: "MG-8769" is "AA-9999"."""
    return cell[: _LONGEST_SHAPED + 1].translate(_CLASSES)


def outline_of(cell: str) -> str:
    """The shape with runs as one: "MG-8769" is "A-9"."""
    return _RUNS.sub(r"\1", shape_of(cell))


@dataclass(frozen=True)
class ColumnShape:
    """What one column holds.

    Attributes
    ----------
    shapes, outlines : frozenset of str
        The few shapes (or outlines) that its filled cells have; empty where they are many, as in prose.
    begins, ends : frozenset of str
        The characters, as shapes, with which its cells begin and end.
    most_words : int
        Spaces in the cell with the most of them.
    """

    is_ever_empty: bool
    is_ever_filled: bool
    shapes: frozenset[str]
    outlines: frozenset[str]
    begins: frozenset[str]
    ends: frozenset[str]
    most_words: int

    @property
    def is_telling(self) -> bool:
        """Whether it tells its own cells from those of other columns."""
        return bool(self.shapes or self.outlines) or not self.is_ever_filled

    def fits(self, cell: str) -> bool:
        """Whether a stripped cell could be one of this column."""
        if not cell:
            return self.is_ever_empty
        if not self.is_ever_filled:
            return False
        if self.shapes:
            return shape_of(cell) in self.shapes
        if self.outlines:
            return outline_of(cell) in self.outlines
        begin, end = shape_of(cell[0]), shape_of(cell[-1])
        return (begin in self.begins or begin in "Aa") and (end in self.ends or end in "Aa9.!?)") and cell.count(" ") <= 2 * self.most_words + 4


@dataclass(frozen=True)
class TableShape:
    """The columns of a table that is regular enough to judge by."""

    columns: tuple[ColumnShape, ...]

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether every stripped cell could stand where it stands."""
        return all(column.fits(cell) for column, cell in zip(self.columns, cells, strict=True))


def table_shape(rows: Sequence[Sequence[str]]) -> TableShape | None:
    """What readable rows look like; None where they are too few, or too much alike in all columns or in none, to judge others by them."""
    if len(rows) < _FEWEST_ROWS:
        return None
    shape = TableShape(tuple(_column_shape([row[i].strip() for row in rows]) for i in range(len(rows[0]))))
    n_fitting = sum(shape.fits([cell.strip() for cell in row]) for row in rows)
    is_telling = any(column.is_telling for column in shape.columns) and any(column.is_ever_filled for column in shape.columns)
    return shape if is_telling and n_fitting >= _NEARLY_ALL * len(rows) else None


def _column_shape(cells: Sequence[str]) -> ColumnShape:
    filled = [cell for cell in cells if cell]
    few = max(_FEW_SHAPES, len(filled) // 10)
    is_short = max(map(len, filled), default=0) <= _LONGEST_SHAPED
    shapes = frozenset(map(shape_of, filled)) if is_short else frozenset()
    outlines = frozenset(map(outline_of, shapes))  # a shape is its own shape
    return ColumnShape(
        is_ever_empty=len(filled) < len(cells),
        is_ever_filled=bool(filled),
        shapes=shapes if len(shapes) <= few else frozenset(),
        outlines=outlines if len(outlines) <= few else frozenset(),
        begins=frozenset(shape_of(cell[0]) for cell in filled),
        ends=frozenset(shape_of(cell[-1]) for cell in filled),
        most_words=max((cell.count(" ") for cell in filled), default=0),
    )
