"""Which cells of the picture an output cell depends on, through all stages before it.

Each stage says how its windows lie on its input (:class:`app.operations.geometry.Axis`); walking
from the picture to the output composes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from app.operations.geometry import Axis


@dataclass(frozen=True, slots=True)
class Reach:
    """The cells of the picture behind each cell of a map, along one axis.

    Output cell ``i`` depends on nothing outside the ``size`` cells from ``offset + i * stride``.
    The first of them may lie before the picture, on padding.

    Attributes
    ----------
    size, stride, offset : int
        In cells of the picture.

    Examples
    --------
    >>> conv, pool = Axis(96, kernel_size=3), Axis(94, kernel_size=2, stride=2)
    >>> Reach().through(conv).through(pool)
    Reach(size=4, stride=2, offset=0)
    """

    size: int = 1
    stride: int = 1
    offset: int = 0

    def through(self, axis: Axis) -> Reach:
        """Go on through the windows of one more stage."""
        return Reach(
            size=self.size + (axis.span - 1) * self.stride,
            stride=self.stride * axis.stride,
            offset=self.offset - axis.padding[0] * self.stride,
        )

    @classmethod
    def joined(cls, branches: Sequence[Self], outputs: int) -> Reach:
        """Cover several branches that meet in a map of so many cells.

        Where strides differ, the smallest is kept and the size covers every cell of the map.

        Examples
        --------
        >>> Reach.joined([Reach(3, 1, -1), Reach(1, 1, 0)], outputs=10)
        Reach(size=3, stride=1, offset=-1)
        >>> Reach.joined([Reach(2, 2, 0), Reach(1, 1, 0)], outputs=3)
        Reach(size=4, stride=1, offset=0)
        """
        stride = min(branch.stride for branch in branches)
        offset = min(branch.offset for branch in branches)
        # Ends and starts are linear in the cell, so the first and the last cell decide.
        size = max(
            branch.offset + branch.size - offset + cell * (branch.stride - stride)
            for branch in branches
            for cell in (0, outputs - 1)
        )
        return Reach(size, stride, offset)


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The part of the picture behind each cell of a map."""

    rows: Reach = Reach()
    columns: Reach = Reach()

    def through(self, rows: Axis, columns: Axis) -> ReceptiveField:
        """Go on through the windows of one more stage."""
        return ReceptiveField(self.rows.through(rows), self.columns.through(columns))

    @classmethod
    def joined(cls, branches: Sequence[ReceptiveField], *, outputs: tuple[int, int]) -> Self:
        """Cover several branches that meet in a map of ``outputs`` rows and columns."""
        return cls(
            Reach.joined([branch.rows for branch in branches], outputs[0]),
            Reach.joined([branch.columns for branch in branches], outputs[1]),
        )

    def describe(self) -> dict[str, Any]:
        """Give size, stride and offset in JSON, each ``[rows, columns]``."""
        return {
            "size": [self.rows.size, self.columns.size],
            "stride": [self.rows.stride, self.columns.stride],
            "offset": [self.rows.offset, self.columns.offset],
        }
