"""The maps of one stage as tiles of a contact sheet."""

from __future__ import annotations

from collections.abc import Sequence

from app.pictures.colours import ByteArray, Theme, colourise, photograph
from app.pipeline.stages import InputStage, Stage
from app.pipeline.trace import Trace

_MINUS = "\N{MINUS SIGN}"


def peaks(trace: Trace, stage: Stage) -> list[float]:
    """Give for each map the |value| at the ends of its colour scale.

    It is that of the convolution that starts the chain: a value keeps its colour through the
    activation and the pooling after it.

    Parameters
    ----------
    trace : Trace
        What came out of the run.
    stage : Stage
        One of its stages.

    Returns
    -------
    list of float
        One per map.
    """
    start = stage
    while "weight" not in start.layer.tensors():
        source = trace.stage(start.inputs[0])
        if isinstance(source, InputStage):
            break
        start = source
    maps = start.maps if len(start.maps) == len(stage.maps) else stage.maps
    return [entry.peak for entry in maps]


def stage_tiles(
    trace: Trace, stage: InputStage | Stage, *, channels: Sequence[int], theme: Theme = "light"
) -> tuple[list[ByteArray], list[str]]:
    """Paint maps of a stage.

    Parameters
    ----------
    trace : Trace
        What came out of the run.
    stage : InputStage or Stage
        One of its stages; the input is painted as the picture that it is.
    channels : Sequence[int]
        Which maps, counted from 0; all of them for the input.
    theme : {"light", "dark"}
        Which colour scale.

    Returns
    -------
    tuple of (list of ndarray, list of str)
        The tiles, and a label for each.
    """
    if isinstance(stage, InputStage):
        return [photograph(stage.values)], ["input"]
    scales = peaks(trace, stage)
    tiles = [
        colourise(stage.maps[channel].values, peak=scales[channel], theme=theme)
        for channel in channels
    ]
    return tiles, [_label(channel, stage.maps[channel].range) for channel in channels]


def _label(channel: int, value_range: tuple[float, float]) -> str:
    low, high = (f"{value:.3g}".replace("-", _MINUS) for value in value_range)
    return f"map {channel + 1}: {low} to {high}"
