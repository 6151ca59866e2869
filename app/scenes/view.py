"""Whether a view lies inside the maps that a recipe makes. The page asks the same of its run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.operations.base import Shape
from app.operations.values import counted


def fit_view(
    view: Mapping[str, Any], shapes: Mapping[str, Shape]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Let go of what lies outside.

    Parameters
    ----------
    view : mapping
        Of a scene: counted from 0.
    shapes : mapping
        ``(channels, rows, columns)`` by the id of the stage.

    Returns
    -------
    (dict, tuple of str)
        The view that can be shown, and sentences about what cannot, counted from 1.

    Examples
    --------
    >>> view = {"stage": "conv1", "map": 0, "cell": [99, 0], "step": None}
    >>> fit_view(view, {"conv1": (4, 94, 94)})[1]
    ('Cell 100,1 lies outside conv1, whose maps have 94 × 94 cells. No cell is pinned.',)
    """
    fitted = dict(view)
    notes = []
    stage = view["stage"]
    if stage not in shapes:
        stage = fitted["stage"] = next(reversed(list(shapes)[:2]))
        notes.append(f"There is no stage {view['stage']}. {stage} is shown.")
    channels, rows, columns = shapes[stage]
    if view["map"] >= channels:
        fitted["map"] = channels - 1
        notes.append(
            f"Map {view['map'] + 1} is not there: {stage} has {counted(channels, 'map')}. "
            f"Map {channels} is shown."
        )
    cell, step = view["cell"], view["step"]
    if cell is not None and (cell[0] >= rows or cell[1] >= columns):
        fitted["cell"] = None
        notes.append(
            f"Cell {cell[0] + 1},{cell[1] + 1} lies outside {stage}, whose maps have {rows} × "
            f"{columns} cells. No cell is pinned."
        )
    if step is not None and step >= rows * columns:
        fitted["step"] = None
        notes.append(
            f"Step {step + 1:,} is not there: {stage} has {counted(rows * columns, 'window')}. "
            "The map is shown whole."
        )
    return fitted, tuple(notes)
