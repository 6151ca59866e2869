"""Pooling: every window sends on one number, its largest, its mean or its norm."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np

from app.numerics import pooling as numerics
from app.numerics.shapes import FloatArray, IntArray, PaddingPairs, resolve_padding
from app.numerics.windows import ABSENT
from app.operations import snippets
from app.operations.base import (
    Explanation,
    Framework,
    Kind,
    Layer,
    Maps,
    Operation,
    Shape,
    Term,
    plain,
    stacked,
    tidy,
)
from app.operations.geometry import Axis
from app.operations.parameters import Settings
from app.operations.place import Place
from app.operations.pool_settings import PARAMETERS, WINDOWED, check_fit, lay_windows, read_pool
from app.operations.values import shown, shown_pair

# Measured: up to here it is quicker to compare every place than to ask for indices.
FEW_PLACES: Final = 49


class Pool(Operation):
    """Pooling, as recipes describe it."""

    name = "pool"
    title = "Pool"
    kind = "windowed"
    summary = "Every window of a map sends on one number; the map becomes smaller."
    parameters = PARAMETERS

    def read(self, raw: Mapping[str, Any], at: Place) -> Settings:
        """Read the settings of a stage; the stride is the window's size when left out.

        Raises
        ------
        InvalidRequest
            If a name is unknown or a value illegal.
        """
        return read_pool(raw, at)

    def bind(self, settings: Settings, shapes: Sequence[Shape], at: Place) -> PoolLayer:
        """Bind the pooling to its settings and the shape of its input.

        Raises
        ------
        InvalidRequest
            If the window is larger than the padded map, or lies on padding only.
        """
        shape = shapes[0]
        if settings["kind"] not in WINDOWED:
            rows, columns = (Axis(length, kernel_size=length) for length in shape[1:])
            return PoolLayer(settings, shape, rows, columns)
        padding = resolve_padding(
            settings["padding"],
            input_size=shape[1:],
            kernel_size=settings["kernel_size"],
            stride=settings["stride"],
            dilation=settings.get("dilation", [1, 1]),
        )
        rows, columns = (
            lay_windows(settings, index, length, padding) for index, length in enumerate(shape[1:])
        )
        check_fit((rows, columns), settings, at)
        return PoolLayer(settings, shape, rows, columns)


class PoolLayer(Layer):
    """A pooling bound to its settings and the shape of its input."""

    kind: Kind = "windowed"

    def __init__(self, settings: Settings, shape: Shape, rows: Axis, columns: Axis) -> None:
        self.settings = settings
        self.rule: str = settings["kind"].removeprefix("global_")
        self.is_global = settings["kind"] not in WINDOWED
        self.rows, self.columns = rows, columns
        self.padding: PaddingPairs = (rows.padding, columns.padding)
        # Where both ends are alike, as one number for each axis: the engine keeps such plans.
        tops_and_lefts, bottoms_and_rights = zip(*self.padding, strict=True)
        is_even = tops_and_lefts == bottoms_and_rights
        self._ends = tops_and_lefts if is_even else self.padding
        self.out_shape = (shape[0], rows.result, columns.result)
        cells_read = shape[0] * rows.taps_present() * columns.taps_present()
        # The first cell of each window is neither compared nor added to another.
        steps = cells_read - math.prod(self.out_shape)
        if self.rule == "max":
            self.comparisons = steps
            if all(axis.span <= axis.stride or axis.result == 1 for axis in (rows, columns)):
                self.kept_cells = math.prod(self.out_shape)
        else:
            self.additions = steps

    def title(self) -> str:
        """Name the stage."""
        return Pool.title

    def summary(self) -> str:
        """Say in a few words what the settings are.

        Examples
        --------
        >>> at = Place("pool1", "stages[0]")
        >>> Pool().bind(Pool().read({}, at), [(4, 94, 94)], at).summary()
        'max 2 × 2, stride 2'
        """
        settings = self.settings
        if self.is_global:
            return {"max": "largest", "average": "mean"}[self.rule] + " of each whole map"
        rows, columns = settings["kernel_size"]
        rule = f"norm p = {shown(settings['p'])}," if self.rule == "lp" else self.rule
        words = [f"{rule} {rows} × {columns}", f"stride {shown_pair(settings['stride'])}"]
        if any(map(any, self.padding)):
            words.append(f"padding {shown_pair(self.padding)}")
        if settings.get("dilation", [1, 1]) != [1, 1]:
            words.append(f"dilation {shown_pair(settings['dilation'])}")
        return ", ".join(words)

    def resolved(self) -> dict[str, Any]:
        """Give the settings with the padding in cells; a whole map is a window of its size."""
        return {
            **self.settings,
            "kernel_size": [self.rows.kernel_size, self.columns.kernel_size],
            "stride": [self.rows.stride, self.columns.stride],
            "padding": [list(pair) for pair in self.padding],
        }

    def sources(self, channel: int) -> range:
        """List the one map of the same index."""
        return range(channel, channel + 1)

    @cached_property
    def _identity(self) -> bytes:
        return f"pool {self.settings} {self.padding}".encode()

    def identity(self, channel: int) -> bytes:
        """Give the settings; the same for every map."""
        return self._identity

    def forward(self, inputs: Sequence[Maps], channels: Sequence[int] | None = None) -> FloatArray:
        """Pool the wanted maps."""
        return self._pooled(stacked(inputs[0], channels))

    def _pooled(self, x: FloatArray) -> FloatArray:
        settings = self.settings
        if self.is_global:
            whole = numerics.global_max_pool2d if self.rule == "max" else numerics.global_avg_pool2d
            return whole(x)
        size, stride = tuple(settings["kernel_size"]), tuple(settings["stride"])
        if self.rule == "max":
            pooled: FloatArray = numerics.max_pool2d(
                x,
                size,
                stride=stride,
                padding=self._ends,
                dilation=tuple(settings["dilation"]),
                ceil_mode=settings["ceil_mode"],
            )
            return pooled
        if self.rule == "average":
            return numerics.avg_pool2d(
                x,
                size,
                stride=stride,
                padding=self._ends,
                ceil_mode=settings["ceil_mode"],
                count_include_pad=settings["count_include_pad"],
            )
        return numerics.lp_pool2d(x, size, p=settings["p"], stride=stride, padding=self._ends)

    def explain(
        self, inputs: Sequence[Maps], *, channel: int, row: int, column: int
    ) -> Explanation:
        """List the cells of the window, and how the result follows from them."""
        terms = self._terms(inputs[0][channel], channel, row, column)
        if self.rule == "max":
            winner = max(range(len(terms)), key=lambda index: terms[index].source)
            largest = terms[winner].source
            return Explanation(
                terms, (largest,), sum=largest, result=largest, rule="max", winner=winner
            )
        total = tidy(math.fsum(term.product for term in terms))
        if self.rule == "average":
            return Explanation(terms, (total,), sum=total, result=plain(total))
        root = plain(total ** (1 / self.settings["p"]))
        return Explanation(terms, (total,), sum=total, result=root, rule="root")

    def _terms(
        self, source_map: FloatArray, channel: int, row: int, column: int
    ) -> tuple[Term, ...]:
        """List the cells of the window that count; an average weighs them alike."""
        rows = [tap for tap in enumerate(self.rows.taps()[row].tolist()) if tap[1] != ABSENT]
        columns = [
            tap for tap in enumerate(self.columns.taps()[column].tolist()) if tap[1] != ABSENT
        ]
        weight = 1 / (len(rows) * len(columns)) if self.rule == "average" else 1.0
        terms = []
        for (place_row, r), (place_column, c) in itertools.product(rows, columns):
            source = 0.0 if r < 0 or c < 0 else plain(source_map[r, c])
            terms.append(
                Term(
                    channel=channel,
                    kernel_row=place_row,
                    kernel_column=place_column,
                    row=None if r < 0 else r,
                    column=None if c < 0 else c,
                    source=source,
                    weight=weight,
                    product=self._share(source, weight),
                )
            )
        return tuple(terms)

    def _share(self, source: float, weight: float) -> float:
        if self.rule == "lp":
            return tidy(abs(source) ** self.settings["p"])
        return tidy(source * weight)

    def winners(self, inputs: Sequence[Maps], channel: int, values: FloatArray) -> IntArray | None:
        """Give the winning kernel place of each cell, for the largest."""
        if self.rule != "max":
            return None
        source_map = inputs[0][channel]
        if self.is_global:
            return np.array([[int(source_map.argmax())]], dtype=np.int32)
        if self.rows.kernel_size * self.columns.kernel_size <= FEW_PLACES:
            return self._winners_by_place(source_map, values)
        return self._winners_by_index(source_map)

    def _winners_by_place(self, source_map: FloatArray, largest: FloatArray) -> IntArray:
        """Compare the places of a small window, one after the other, with the result."""
        views = self._places_of(self._bordered(source_map))
        # The winner is counted: one for every place up to which none was the largest.
        winners = np.zeros(largest.shape, dtype=np.uint8)
        is_open = np.ones(largest.shape, dtype=np.bool_)
        for view in itertools.islice(views, self.rows.kernel_size * self.columns.kernel_size - 1):
            is_open &= view != largest
            winners += is_open
        return winners.astype(np.int32)

    def _bordered(self, source_map: FloatArray) -> FloatArray:
        """Lay cells that never win around a map, where windows hang over its edge."""
        (top, bottom), (left, right) = (
            (axis.padding[0], max(axis.covered - axis.padding[0] - axis.length, 0))
            for axis in (self.rows, self.columns)
        )
        if not (top or bottom or left or right):
            return source_map
        height, width = source_map.shape
        bordered = np.full((top + height + bottom, left + width + right), -np.inf, np.float32)
        bordered[top : top + height, left : left + width] = source_map
        return bordered

    def _places_of(self, bordered: FloatArray) -> Iterator[FloatArray]:
        """View the source of every output cell at one place of the window after the other."""
        slices = (
            [
                slice(first, first + axis.covered - axis.span + 1, axis.stride)
                for first in range(0, axis.span, axis.dilation)
            ]
            for axis in (self.rows, self.columns)
        )
        return (bordered[place] for place in itertools.product(*slices))

    def _winners_by_index(self, source_map: FloatArray) -> IntArray:
        """Ask the pooling which cells won, and find their places."""
        settings = self.settings
        _, indices = numerics.max_pool2d(
            source_map[np.newaxis],
            tuple(settings["kernel_size"]),
            stride=tuple(settings["stride"]),
            padding=self.padding,
            dilation=tuple(settings["dilation"]),
            ceil_mode=settings["ceil_mode"],
            return_indices=True,
        )
        source_rows, source_columns = np.divmod(indices[0], self.columns.length)
        _, rows, columns = self.out_shape
        place_rows = self.rows.places()[np.arange(rows)[:, np.newaxis], source_rows]
        place_columns = self.columns.places()[np.arange(columns), source_columns]
        places: IntArray = place_rows * self.columns.kernel_size + place_columns
        return places

    def code(self, framework: Framework, *, name: str) -> str:
        """Write the pooling as code."""
        if self.is_global:
            return snippets.global_pool(framework, self.rule)
        return snippets.pool(
            framework, self.rule, self.rows, self.columns, exponent=self.settings.get("p", 2)
        )
