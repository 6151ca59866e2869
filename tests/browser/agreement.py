"""The pipeline on screen held against the engine, canvas by canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray
from tests.browser import colours
from tests.browser.engine import maps_of
from tests.browser.explorer import Explorer
from tests.browser.screens import Theme

# The conv stage whose range a stage's colours refer to: a value keeps its colour.
CHAIN = {
    "conv1": "conv1",
    "relu1": "conv1",
    "pool1": "conv1",
    "conv2": "conv2",
    "relu2": "conv2",
    "pool2": "conv2",
}


@dataclass(frozen=True)
class Tolerance:
    """Allowed mean and greatest difference of one channel, of 255."""

    typical: float
    largest: int


# Exact values are drawn to rounding. A preview has 127 steps of each sign, squared: the mean
# stays small and the last step before zero, where the scale is steepest, may be a few levels off.
EXACT = Tolerance(0.5, 2)
PREVIEW = Tolerance(1.5, 24)


def assert_shows(
    drawn: npt.NDArray[np.uint8], expected: colours.Colours, tolerance: Tolerance
) -> None:
    """Hold the pixels of a canvas against colours."""
    colours.assert_alike(drawn, expected, typical=tolerance.typical, largest=tolerance.largest)


def peak_of(maps: dict[str, FloatArray], stage: str, number: int) -> float:
    """Give the magnitude at the ends of a map's colour scale, one range per map."""
    return float(np.abs(maps[CHAIN[stage]][number]).max())


def overview_pixels(
    explorer: Explorer, stage: str, number: int, *, index: int = 0
) -> npt.NDArray[np.uint8]:
    """Read a map of the overview back."""
    canvas = f'.overview canvas[data-stage="{stage}"][data-map="{number}"]'
    return explorer.pixels(explorer.element(index).locator(canvas))


def assert_pipeline_shows(
    explorer: Explorer,
    recipe: dict[str, Any],
    *,
    theme: Theme = "light",
    picture: FloatArray | None = None,
    index: int = 0,
) -> dict[str, FloatArray]:
    """Hold every map of the overview against what the engine computes for a recipe.

    Returns
    -------
    dict
        The engine's maps of every stage.
    """
    maps = maps_of(recipe, picture=picture)
    for stage in CHAIN:
        for number, values in enumerate(maps[stage][:8]):
            expected = colours.signed(values, peak=peak_of(maps, stage, number), theme=theme)
            assert_shows(overview_pixels(explorer, stage, number, index=index), expected, PREVIEW)
    return maps


def assert_bench_shows(
    explorer: Explorer,
    maps: dict[str, FloatArray],
    stage: str,
    number: int = 0,
    *,
    theme: Theme = "light",
    index: int = 0,
) -> None:
    """Hold the large result map against the engine, exactly."""
    peak = peak_of(maps, stage, number)
    expected = colours.signed(maps[stage][number], peak=peak, theme=theme)
    assert_shows(explorer.pixels(explorer.result_canvas(index=index)), expected, EXACT)
