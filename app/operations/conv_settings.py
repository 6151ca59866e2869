"""The settings of a convolution: what they are, how they are read, and whether they fit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.errors import InvalidRequest
from app.operations.filters import (
    IDENTITY,
    MAX_FILTERS,
    MAX_KERNEL_SIZE,
    MAX_WEIGHT,
    adapted,
    kernel_size_of,
    out_channels_of,
    read_filters,
    read_weight,
    wrong_slices,
)
from app.operations.geometry import Axis
from app.operations.number_lists import finite_list
from app.operations.parameters import Choice, Parameter, Settings
from app.operations.place import Place
from app.operations.reading import read_settings
from app.operations.values import counted, shown_pair

MAX_PADDING: Final = 64

PARAMETERS: Final = (
    Parameter(
        "filters",
        "Filters",
        "filters",
        "Each filter makes one feature map. It has one kernel slice for each input channel: a "
        "classical kernel times the channel mix, your own numbers, or random numbers from a seed.",
    ),
    Parameter(
        "kernel_size",
        "Kernel size",
        "pair",
        "Rows and columns of the window. A larger kernel sees more of its neighbourhood and has "
        "more weights to learn. A smaller kernel is put into the middle.",
        minimum=1,
        maximum=MAX_KERNEL_SIZE,
        step=1,
        usual_maximum=11,
        unit="cells",
    ),
    Parameter(
        "stride",
        "Stride",
        "pair",
        "How far the window moves from one output cell to the next. Stride 2 halves the map.",
        1,
        minimum=1,
        maximum=31,
        step=1,
        usual_maximum=8,
        unit="cells",
    ),
    Parameter(
        "padding",
        "Padding",
        "padding",
        "Cells added around the map, so that windows can also centre on its edge.",
        0,
        minimum=0,
        maximum=MAX_PADDING,
        step=1,
        usual_maximum=10,
        choices=(
            Choice("valid", "None", "Only windows that lie inside the map."),
            Choice("same", "Same size", "With stride 1 the map keeps its size."),
            Choice("full", "Full", "Every window that touches at least one cell."),
        ),
        unit="cells",
    ),
    Parameter(
        "padding_mode",
        "Padding holds",
        "choice",
        "What stands in the added cells.",
        "zeros",
        choices=(
            Choice("zeros", "zeros", "Zero: the picture ends in black."),
            Choice("reflect", "mirror image", "The map mirrored at its edge."),
            Choice("replicate", "edge cells", "The nearest cell of the edge, repeated."),
            Choice("circular", "other side", "The opposite side, as if the map were a ring."),
        ),
    ),
    Parameter(
        "dilation",
        "Dilation",
        "pair",
        "Distance between neighbouring taps of the kernel. Dilation 2 leaves one cell out, so "
        "the same weights see further.",
        1,
        minimum=1,
        maximum=31,
        step=1,
        usual_maximum=8,
        unit="cells",
    ),
    Parameter(
        "groups",
        "Groups",
        "integer",
        "Into how many separate parts the channels are divided. As many groups as channels: "
        "each filter reads one channel only (depthwise).",
        1,
        minimum=1,
        maximum=MAX_FILTERS,
        step=1,
    ),
    Parameter(
        "bias",
        "Bias",
        "bias",
        "A number added to every cell of a map; one for each filter.",
        0,
        minimum=-MAX_WEIGHT,
        maximum=MAX_WEIGHT,
        step=0.1,
    ),
)


def read_conv(raw: Mapping[str, Any], at: Place) -> Settings:
    """Read the settings of a stage; ``kernel_size`` and ``bias`` follow from the filters.

    Raises
    ------
    InvalidRequest
        If a name is unknown, a value illegal, or the filters are missing or contradictory.
    """
    settings = read_settings(PARAMETERS, raw, at, extra=("filters", "weight", "bias"))
    if (raw.get("weight") is None) == (raw.get("filters") is None):
        raise _weights_unclear(raw, at)
    if raw.get("weight") is not None:
        settings["weight"] = read_weight(raw["weight"], at)
    else:
        settings["filters"] = read_filters(raw["filters"], at)
    settings["kernel_size"] = _kernel_size(settings, at)
    settings["bias"] = _read_bias(raw.get("bias"), out_channels_of(settings), at)
    return settings


def _weights_unclear(raw: Mapping[str, Any], at: Place) -> InvalidRequest:
    if raw.get("weight") is None:
        return at.refusal(
            "filters",
            f"Stage {at.stage} has neither filters nor weight; give filters, one for each output "
            "map, or weight, nested lists (out, in / groups, rows, columns).",
            label="Use the identity filter",
            changes={"filters": IDENTITY},
        )
    return at.refusal(
        "weight",
        f"Stage {at.stage} has both filters and weight; give one of them.",
        label="Use the filters",
        changes={"weight": None},
    )


def _kernel_size(settings: Settings, at: Place) -> list[int]:
    """Choose the kernel size, and refuse one that does not hold the filters."""
    own = kernel_size_of(settings)
    asked = settings.get("kernel_size")
    if asked is None:
        return own
    exact = settings.get("weight") is not None
    seeds_only = not exact and all("seed" in entry for entry in settings["filters"])
    if asked == own or seeds_only:
        return list(asked)
    if exact or asked[0] < own[0] or asked[1] < own[1]:
        needed = own if exact else [max(pair) for pair in zip(asked, own, strict=True)]
        what = "the weight is" if exact else "the largest filter is"
        raise at.refusal(
            "kernel_size",
            f"kernel_size is {asked[0]} × {asked[1]}, but {what} {own[0]} × {own[1]}; use "
            f"kernel_size {needed[0]} × {needed[1]} or smaller filters.",
            allowed={"minimum": own, "maximum": own if exact else [MAX_KERNEL_SIZE] * 2},
            label=f"Use kernel size {shown_pair(needed)}",
            changes={"kernel_size": needed},
        )
    return list(asked)


def _read_bias(value: Any, out_channels: int, at: Place) -> list[float]:
    if value is None:
        return [0.0] * out_channels
    numbers = finite_list(value)
    if numbers is None:
        raise at.refusal(
            "bias",
            "bias is not a list of finite numbers, one for each filter, each between "
            f"{-MAX_WEIGHT:g} and {MAX_WEIGHT:g}.",
            allowed={"minimum": -MAX_WEIGHT, "maximum": MAX_WEIGHT},
            label="Use bias 0",
            changes={"bias": None},
        )
    if len(numbers) != out_channels:
        fitted = [*numbers, *[0.0] * out_channels][:out_channels]
        raise at.refusal(
            "bias",
            f"bias has {counted(len(numbers), 'number')} for {counted(out_channels, 'filter')}; "
            "give one for each.",
            allowed={"minimum": -MAX_WEIGHT, "maximum": MAX_WEIGHT},
            label="Use 1 bias" if out_channels == 1 else f"Use {out_channels} biases",
            changes={"bias": fitted},
        )
    return numbers


def check_groups(settings: Settings, in_channels: int, at: Place) -> None:
    """Refuse groups that do not divide the channels."""
    groups, out_channels = settings["groups"], out_channels_of(settings)
    common = math.gcd(in_channels, out_channels)
    if common % groups == 0:
        return
    legal = [count for count in range(1, common + 1) if common % count == 0]
    nearest = max(count for count in legal if count <= groups)
    raise at.refusal(
        "groups",
        f"{groups} groups do not divide {counted(in_channels, 'input channel')} and "
        f"{counted(out_channels, 'filter')}; "
        f"use {nearest}.",
        allowed=legal,
        label=f"Use {counted(nearest, 'group')}",
        changes={"groups": nearest, **adapted(settings, in_channels // nearest)},
    )


def check_slices(settings: Settings, in_channels: int, at: Place) -> None:
    """Refuse filters that are made for another number of input channels."""
    slices = in_channels // settings["groups"]
    wrong = wrong_slices(settings, slices)
    if wrong is None:
        return
    name, given = wrong
    per_filter = counted(slices, "input channel")
    if settings["groups"] > 1:
        per_filter = (
            f"{counted(in_channels, 'input channel')} in {settings['groups']} groups, {slices} each"
        )
    raise at.refusal(
        name,
        f"{name} is made for {counted(given, 'channel')}, but stage {at.stage} "
        f"has {per_filter}; give one number or slice for each.",
        allowed={"minimum": slices, "maximum": slices},
        label=f"Use {counted(slices, 'slice')} per filter",
        changes=adapted(settings, slices),
    )


def check_fit(axes: Sequence[Axis], at: Place) -> None:
    """Refuse a kernel that is larger than the padded input."""
    if all(axis.fits for axis in axes):
        return
    axis, word = next(
        (axis, word) for axis, word in zip(axes, ("rows", "columns"), strict=True) if not axis.fits
    )
    changes, label = _fitting(axes)
    dilated = f" with dilation {axis.dilation}" if axis.dilation > 1 else ""
    padded = "padded input" if any(axis.padding) else "input"
    raise at.refusal(
        "kernel_size",
        f"Kernel {axis.kernel_size}{dilated} spans {axis.span} cells; the {padded} has "
        f"{axis.available} {word if axis.available != 1 else word[:-1]}. {label}.",
        allowed={"minimum": 1, "maximum": (axis.available - 1) // axis.dilation + 1},
        label=label,
        changes=changes,
    )


def _fitting(axes: Sequence[Axis]) -> tuple[dict[str, Any], str]:
    """Find the nearest setting in which the kernel fits: less dilation, else more padding."""
    dilation, padding = [], []
    for axis in axes:
        reach = max(axis.kernel_size - 1, 1)
        dilation.append(min(axis.dilation, max((axis.available - 1) // reach, 1)))
        span = (axis.kernel_size - 1) * dilation[-1] + 1
        more = max(-(-(span - axis.available) // 2), 0)
        padding.append([end + more for end in axis.padding])
    changes: dict[str, Any] = {}
    words = []
    if dilation != [axis.dilation for axis in axes]:
        changes["dilation"] = dilation
        words.append(f"dilation {shown_pair(dilation)}")
    if padding != [list(axis.padding) for axis in axes]:
        changes["padding"] = padding
        words.append(f"padding {shown_pair(padding)}")
    return changes, "Use " + " and ".join(words)
