"""The settings of a pooling: what they are, how they are read, and whether they fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.numerics.shapes import PaddingPairs
from app.operations.geometry import Axis
from app.operations.parameters import Choice, Parameter, Settings
from app.operations.place import Place
from app.operations.reading import read_settings
from app.operations.values import shown_pair

WINDOWED: Final = ("max", "average", "lp")
MAX_SIZE: Final = 31

PARAMETERS: Final = (
    Parameter(
        "kind",
        "Rule",
        "choice",
        "What each window sends on.",
        "max",
        choices=(
            Choice("max", "Largest", "The largest cell of the window."),
            Choice("average", "Average", "The mean of the cells of the window."),
            Choice("lp", "Norm", "The p-th root of the sum of the p-th powers."),
            Choice("global_max", "Whole map, largest", "One cell for each map: its largest."),
            Choice("global_average", "Whole map, average", "One cell for each map: its mean."),
        ),
    ),
    Parameter(
        "kernel_size",
        "Window",
        "pair",
        "Rows and columns of the window.",
        2,
        minimum=1,
        maximum=MAX_SIZE,
        step=1,
        usual_maximum=8,
        unit="cells",
        applies={"kind": WINDOWED},
    ),
    Parameter(
        "stride",
        "Stride",
        "pair",
        "How far the window moves. Usually as far as it is wide, so that windows do not overlap.",
        minimum=1,
        maximum=31,
        step=1,
        usual_maximum=8,
        unit="cells",
        applies={"kind": WINDOWED},
    ),
    Parameter(
        "padding",
        "Padding",
        "padding",
        "Cells added around the map. For the largest they never win; for the others they count "
        "as zero.",
        0,
        minimum=0,
        maximum=15,
        step=1,
        usual_maximum=4,
        choices=(
            Choice("valid", "None", "Only windows that lie inside the map."),
            Choice("same", "Same size", "With stride 1 the map keeps its size."),
        ),
        unit="cells",
        applies={"kind": WINDOWED},
    ),
    Parameter(
        "dilation",
        "Dilation",
        "pair",
        "Distance between neighbouring cells of the window. Only for the largest.",
        1,
        minimum=1,
        maximum=31,
        step=1,
        usual_maximum=4,
        unit="cells",
        applies={"kind": ("max",)},
    ),
    Parameter(
        "ceil_mode",
        "Keep the last window",
        "boolean",
        "Also use a last window that hangs over the edge, with the cells that it has.",
        False,
        applies={"kind": ("max", "average")},
    ),
    Parameter(
        "count_include_pad",
        "Padding counts",
        "boolean",
        "Whether the mean also counts the zeros of the padding.",
        True,
        applies={"kind": ("average",)},
    ),
    Parameter(
        "p",
        "p",
        "number",
        "Exponent of the norm. 1 adds sizes up; the larger p is, the more the largest decides.",
        2,
        minimum=1,
        maximum=8,
        step=1,
        applies={"kind": ("lp",)},
    ),
)


def read_pool(raw: Mapping[str, Any], at: Place) -> Settings:
    """Read the settings of a stage; the stride is the window's size when left out.

    Raises
    ------
    InvalidRequest
        If a name is unknown or a value illegal.
    """
    settings = read_settings(PARAMETERS, raw, at)
    if settings["kind"] in WINDOWED and settings["stride"] is None:
        settings["stride"] = list(settings["kernel_size"])
    return settings


def lay_windows(settings: Settings, index: int, length: int, padding: PaddingPairs) -> Axis:
    """Lay the windows along rows (0) or columns (1)."""
    is_max = settings["kind"] == "max"
    return Axis(
        length,
        kernel_size=settings["kernel_size"][index],
        stride=settings["stride"][index],
        padding=padding[index],
        dilation=settings["dilation"][index] if is_max else 1,
        ceil_mode=settings.get("ceil_mode", False),
        skips_padding=is_max or not settings.get("count_include_pad", True),
    )


def check_fit(axes: Sequence[Axis], settings: Settings, at: Place) -> None:
    """Refuse windows that are larger than the padded map, or lie on padding only."""
    for axis, word in zip(axes, ("rows", "columns"), strict=True):
        if not axis.fits:
            changes, label = _fitting(axes)
            dilated = f" with dilation {axis.dilation}" if axis.dilation > 1 else ""
            padded = "padded map" if any(axis.padding) else "map"
            hanging = f", and {axis.overhang} more may hang over the edge" if axis.overhang else ""
            raise at.refusal(
                "kernel_size",
                f"Window {axis.kernel_size}{dilated} spans {axis.span} cells; the {padded} has "
                f"{axis.available} {word if axis.available != 1 else word[:-1]}{hanging}. {label}.",
                allowed={"minimum": 1, "maximum": (axis.room - 1) // axis.dilation + 1},
                label=label,
                changes=changes,
            )
    if any(axis.has_empty_window() for axis in axes):
        bare = [replace(axis, padding=(0, 0)) for axis in axes]
        more = {} if all(axis.fits for axis in bare) else _fitting(bare)[0]
        raise at.refusal(
            "padding",
            f"Padding {shown_pair(settings['padding'])} leaves a window of "
            f"{shown_pair(settings['kernel_size'])} without any cell of the map. Use padding 0.",
            allowed={"minimum": 0, "maximum": min(axis.kernel_size // 2 for axis in axes)},
            label="Use padding 0",
            changes={"padding": 0, **more},
        )


def _fitting(axes: Sequence[Axis]) -> tuple[dict[str, Any], str]:
    """Find the nearest setting in which the window fits: less dilation, and a smaller window."""
    size, dilation = [], []
    for axis in axes:
        size.append(min(axis.kernel_size, axis.room))
        reach = max(size[-1] - 1, 1)
        dilation.append(min(axis.dilation, max((axis.room - 1) // reach, 1)))
    changes: dict[str, Any] = {}
    words = []
    if size != [axis.kernel_size for axis in axes]:
        changes["kernel_size"] = size
        words.append(f"window {shown_pair(size)}")
    if dilation != [axis.dilation for axis in axes]:
        changes["dilation"] = dilation
        words.append(f"dilation {shown_pair(dilation)}")
    return changes, "Use " + " and ".join(words)
