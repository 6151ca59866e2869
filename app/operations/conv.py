"""Convolution: every output cell is a weighted sum of the window under the kernel.

As everywhere in deep learning the kernel is not flipped (cross-correlation).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from app.numerics.convolution import conv2d
from app.numerics.shapes import FloatArray, PaddingPairs, resolve_padding
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
from app.operations.conv_settings import (
    PARAMETERS,
    check_fit,
    check_groups,
    check_slices,
    read_conv,
)
from app.operations.filters import out_channels_of
from app.operations.geometry import Axis
from app.operations.parameters import Settings
from app.operations.place import Place
from app.operations.values import counted, shown_pair
from app.operations.weights import build_weight


class Conv(Operation):
    """Convolution, as recipes describe it."""

    name = "conv"
    title = "Conv"
    kind = "windowed"
    summary = (
        "A window slides over the map. Its cells are multiplied by the weights of the kernel and "
        "added up, together with the bias: one output cell."
    )
    parameters = PARAMETERS

    def read(self, raw: Mapping[str, Any], at: Place) -> Settings:
        """Read the settings of a stage; ``kernel_size`` and ``bias`` follow from the filters.

        Raises
        ------
        InvalidRequest
            If a name is unknown, a value illegal, or the filters are missing or contradictory.
        """
        return read_conv(raw, at)

    def bind(self, settings: Settings, shapes: Sequence[Shape], at: Place) -> ConvLayer:
        """Bind the convolution to its settings and the shape of its input.

        Raises
        ------
        InvalidRequest
            If groups do not divide the channels, filters are made for other channel counts, or
            the kernel is larger than the padded input.
        """
        (in_channels, height, width), *_ = shapes
        check_groups(settings, in_channels, at)
        check_slices(settings, in_channels, at)
        padding = resolve_padding(
            settings["padding"],
            input_size=(height, width),
            kernel_size=settings["kernel_size"],
            stride=settings["stride"],
            dilation=settings["dilation"],
        )
        rows, columns = (
            Axis(
                length,
                kernel_size=settings["kernel_size"][index],
                stride=settings["stride"][index],
                padding=padding[index],
                dilation=settings["dilation"][index],
                padding_mode=settings["padding_mode"],
            )
            for index, length in enumerate((height, width))
        )
        check_fit((rows, columns), at)
        return ConvLayer(settings, in_channels, rows, columns)


class ConvLayer(Layer):
    """A convolution bound to its settings and the shape of its input."""

    kind: Kind = "windowed"

    def __init__(self, settings: Settings, in_channels: int, rows: Axis, columns: Axis) -> None:
        self.settings = settings
        self.in_channels = in_channels
        self.groups: int = settings["groups"]
        self.out_channels = out_channels_of(settings)
        self.slices = in_channels // self.groups
        self.rows, self.columns = rows, columns
        self.padding: PaddingPairs = (rows.padding, columns.padding)
        self.out_shape = (self.out_channels, rows.result, columns.result)
        taps = self.slices * rows.kernel_size * columns.kernel_size
        self.parameter_count = self.out_channels * (taps + 1)
        self.multiply_adds = math.prod(self.out_shape) * taps

    @cached_property
    def weight(self) -> FloatArray:
        """The filters: shape (out, in / groups, rows, columns), float32."""
        return build_weight(self.settings, self.slices)

    @cached_property
    def bias(self) -> FloatArray:
        """One number per filter, float32."""
        return np.array(self.settings["bias"], dtype=np.float32)

    def parameter_formula(self) -> str:
        """Write filters times (weights of one filter and its bias)."""
        rows, columns = self.rows.kernel_size, self.columns.kernel_size
        return f"{self.out_channels} · ({rows}·{columns}·{self.slices} + 1)"

    def workspace_bytes(self) -> int:
        """Weights, and the padded copy of the input."""
        padded = self.in_channels * self.rows.available * self.columns.available
        return 4 * (self.parameter_count + padded)

    def title(self) -> str:
        """Name the stage."""
        return Conv.title

    def summary(self) -> str:
        """Say in a few words what the settings are.

        Examples
        --------
        >>> at = Place("conv1", "stages[0]")
        >>> settings = Conv().read({"filters": [{"kernel": "emboss"}]}, at)
        >>> Conv().bind(settings, [(1, 9, 9)], at).summary()
        '1 filter 3 × 3, stride 1'
        """
        settings = self.settings
        rows, columns = settings["kernel_size"]
        words = [
            f"{counted(self.out_channels, 'filter')} {rows} × {columns}",
            f"stride {shown_pair(settings['stride'])}",
        ]
        if settings["padding"] in ("same", "full"):
            words.append(f"padding {settings['padding']}")
        elif any(map(any, self.padding)):
            words.append(f"padding {shown_pair(self.padding)}")
        if settings["dilation"] != [1, 1]:
            words.append(f"dilation {shown_pair(settings['dilation'])}")
        if self.groups > 1:
            words.append(f"{self.groups} groups")
        return ", ".join(words)

    def resolved(self) -> dict[str, Any]:
        """Give the settings with the padding in cells, and the channel counts."""
        settings = self.settings
        return {
            "in_channels": self.in_channels,
            "out_channels": self.out_channels,
            "kernel_size": settings["kernel_size"],
            "stride": settings["stride"],
            "padding": [list(pair) for pair in self.padding],
            "padding_mode": settings["padding_mode"],
            "dilation": settings["dilation"],
            "groups": self.groups,
            "bias": settings["bias"],
        }

    def sources(self, channel: int) -> range:
        """List the channels of the filter's group."""
        first = channel // (self.out_channels // self.groups) * self.slices
        return range(first, first + self.slices)

    @cached_property
    def _identities(self) -> list[bytes]:
        settings = self.settings
        parts = (settings["stride"], self.padding, settings["padding_mode"], settings["dilation"])
        geometry = f"conv {settings['kernel_size']} {parts} ".encode()
        return [
            geometry + weight.tobytes() + bias.tobytes()
            for weight, bias in zip(self.weight, self.bias, strict=True)
        ]

    def identity(self, channel: int) -> bytes:
        """Give the geometry, the filter and its bias."""
        return self._identities[channel]

    def forward(self, inputs: Sequence[Maps], channels: Sequence[int] | None = None) -> FloatArray:
        """Compute output maps; of groups, only those that the wanted maps belong to."""
        wanted = list(range(self.out_channels)) if channels is None else list(channels)
        if self.groups == 1:
            return self._convolved(stacked(inputs[0]), wanted, groups=1)
        per_group = self.out_channels // self.groups
        groups = sorted({channel // per_group for channel in wanted})
        sources = [source for group in groups for source in self.sources(group * per_group)]
        computed = [group * per_group + place for group in groups for place in range(per_group)]
        result = self._convolved(stacked(inputs[0], sources), computed, groups=len(groups))
        if computed == wanted:
            return result
        return result[[computed.index(channel) for channel in wanted]]

    def _convolved(self, x: FloatArray, channels: list[int], *, groups: int) -> FloatArray:
        everything = len(channels) == self.out_channels
        return conv2d(
            x,
            self.weight if everything else self.weight[channels],
            self.bias if everything else self.bias[channels],
            stride=tuple(self.settings["stride"]),
            padding=self.padding,
            dilation=tuple(self.settings["dilation"]),
            groups=groups,
            padding_mode=self.settings["padding_mode"],
        )

    def explain(
        self, inputs: Sequence[Maps], *, channel: int, row: int, column: int
    ) -> Explanation:
        """List every product of the cell, the sum for each input channel, and the bias."""
        rows = self.rows.taps()[row].tolist()
        columns = self.columns.taps()[column].tolist()
        terms: list[Term] = []
        partial_sums: list[float] = []
        for weight, source_channel in zip(self.weight[channel], self.sources(channel), strict=True):
            source_map = inputs[0][source_channel]
            slice_terms = [
                _term(source_map, source_channel, (place_row, r), (place_column, c), weight)
                for place_row, r in enumerate(rows)
                for place_column, c in enumerate(columns)
            ]
            partial_sums.append(tidy(math.fsum(term.product for term in slice_terms)))
            terms.extend(slice_terms)
        bias = plain(self.bias[channel])
        total = tidy(math.fsum([*partial_sums, bias]))
        return Explanation(
            tuple(terms), tuple(partial_sums), sum=total, result=plain(total), bias=bias
        )

    def tensors(self) -> Mapping[str, FloatArray]:
        """Give ``weight`` and ``bias``."""
        return {"weight": self.weight, "bias": self.bias}

    def code(self, framework: Framework, *, name: str) -> str:
        """Write the convolution as code."""
        return snippets.conv(
            framework,
            name=name,
            kernel_size=(self.rows.kernel_size, self.columns.kernel_size),
            stride=(self.rows.stride, self.columns.stride),
            padding=self.padding,
            padding_mode=self.settings["padding_mode"],
            dilation=(self.rows.dilation, self.columns.dilation),
            groups=self.groups,
        )


def _term(
    source_map: FloatArray,
    channel: int,
    row: tuple[int, int],
    column: tuple[int, int],
    weight: FloatArray,
) -> Term:
    """Make one term; ``row`` and ``column`` are (kernel place, source or PADDING)."""
    is_padding = row[1] < 0 or column[1] < 0
    source = 0.0 if is_padding else plain(source_map[row[1], column[1]])
    factor = plain(weight[row[0], column[0]])
    return Term(
        channel=channel,
        kernel_row=row[0],
        kernel_column=column[0],
        row=None if row[1] < 0 else row[1],
        column=None if column[1] < 0 else column[1],
        source=source,
        weight=factor,
        product=tidy(source * factor),
    )
