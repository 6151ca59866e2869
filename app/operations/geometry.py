"""Where the windows of a stage lie along one axis: sizes and taps, never a formula of their own.

The indices come from :mod:`app.numerics.windows`; this module keeps the tables that were made and
gives them the forms in which a manifest and a bundle carry them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import IntArray, Pair, output_size, span
from app.numerics.windows import ABSENT, PADDING, axis_taps


@dataclass(frozen=True, slots=True)
class Axis:
    """The windows of one stage along rows or along columns.

    Attributes
    ----------
    length : int
        Source cells; at least 1.
    kernel_size, stride, dilation : int
        In cells; each at least 1.
    padding : (int, int)
        Cells added ``(before, after)``.
    padding_mode : str
        What they hold: zeros, reflect, replicate, circular.
    ceil_mode : bool
        Whether a last window may hang over the end.
    skips_padding : bool
        Whether a window leaves padding cells out (pooling) instead of reading zeros.

    Examples
    --------
    >>> Axis(96, kernel_size=3).result
    94
    """

    length: int
    kernel_size: int = 1
    stride: int = 1
    padding: Pair = (0, 0)
    dilation: int = 1
    padding_mode: str = "zeros"
    ceil_mode: bool = False
    skips_padding: bool = False

    @property
    def span(self) -> int:
        """Cells from the first to the last tap of a window."""
        return span(self.kernel_size, self.dilation)

    @property
    def available(self) -> int:
        """Source cells together with the padding."""
        return self.length + sum(self.padding)

    @property
    def overhang(self) -> int:
        """Cells by which the last window may hang over the end: less than a stride."""
        return self.stride - 1 if self.ceil_mode else 0

    @property
    def room(self) -> int:
        """Cells that a window may span."""
        return self.available + self.overhang

    @property
    def fits(self) -> bool:
        """Whether there is at least one window.

        Examples
        --------
        >>> Axis(3, kernel_size=4, stride=2).fits
        False
        >>> Axis(3, kernel_size=4, stride=2, ceil_mode=True).fits
        True
        """
        return self.span <= self.room

    @property
    def result(self) -> int:
        """Output cells.

        Raises
        ------
        ShapeError
            If no window fits.
        """
        return output_size(
            self.length,
            kernel_size=self.kernel_size,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            ceil_mode=self.ceil_mode,
        )

    @property
    def covered(self) -> int:
        """Cells from the first tap of the first window to the last tap of the last one."""
        return (self.result - 1) * self.stride + self.span

    def taps(self) -> IntArray:
        """List the source index of every tap: shape (outputs, kernel_size), read-only."""
        return _taps(self)

    def taps_short(self) -> npt.NDArray[np.int16]:
        """Give :meth:`taps` as 16-bit numbers, as a bundle carries them."""
        return _taps_short(self)

    def taps_listed(self) -> list[list[list[int | None]]]:
        """Give the taps as lists of ``[kernel index, source index or None for padding]``.

        Examples
        --------
        >>> Axis(3, kernel_size=2, padding=(1, 0)).taps_listed()[0]
        [[0, None], [1, 0]]
        """
        return [
            [
                [place, None if source == PADDING else source]
                for place, source in enumerate(window)
                if source != ABSENT
            ]
            for window in self.taps().tolist()
        ]

    def taps_present(self) -> int:
        """Count the taps of all windows, without those that are absent."""
        return int(np.count_nonzero(self.taps() != ABSENT))

    def unread(self) -> int:
        """Count the source cells at the end that no window reads.

        Examples
        --------
        >>> Axis(5, kernel_size=2, stride=2).unread()
        1
        """
        return self.length - 1 - int(self.taps().max(initial=PADDING))

    def has_empty_window(self) -> bool:
        """Say whether some window has no tap at all."""
        return bool((self.taps() == ABSENT).all(axis=1).any())

    def places(self) -> IntArray:
        """Tell for every output cell and source cell the kernel place that joins them.

        Returns
        -------
        ndarray of int32, shape (outputs, length)
            ``ABSENT`` where the window does not read the cell.

        Examples
        --------
        >>> Axis(4, kernel_size=2, stride=2).places().tolist()
        [[0, 1, -2, -2], [-2, -2, 0, 1]]
        """
        table = np.full((self.result, self.length), ABSENT, dtype=np.int32)
        outputs, places = np.nonzero(self.taps() >= 0)
        table[outputs, self.taps()[outputs, places]] = places
        return table

    def record(self) -> dict[str, Any]:
        """Give the numbers of the output-size formula, and its result."""
        return {
            "length": self.length,
            "padding": list(self.padding),
            "dilation": self.dilation,
            "kernel_size": self.kernel_size,
            "stride": self.stride,
            "ceil_mode": self.ceil_mode,
            "result": self.result,
        }


@lru_cache(maxsize=128)
def _taps(axis: Axis) -> IntArray:
    table = axis_taps(
        axis.length,
        kernel_size=axis.kernel_size,
        stride=axis.stride,
        padding=axis.padding,
        dilation=axis.dilation,
        padding_mode=axis.padding_mode,
        ceil_mode=axis.ceil_mode,
    )
    if axis.skips_padding:
        table = np.where(table == PADDING, np.int32(ABSENT), table)
    table.setflags(write=False)
    return table


@lru_cache(maxsize=128)
def _taps_short(axis: Axis) -> npt.NDArray[np.int16]:
    short = _taps(axis).astype(np.int16)
    short.setflags(write=False)
    return short
