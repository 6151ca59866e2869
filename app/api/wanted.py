"""Which maps a view shows large, so that its first answer has their exact values.

The page asks for the same: ``static/model/wanted.js``.
"""

from __future__ import annotations

from typing import Final

from app.pipeline.stages import InputStage, Stage
from app.pipeline.trace import Trace

# Stages after the one on show whose same map is shown ("what happens to this cell next").
LOOK_AHEAD: Final = 2


def wanted_maps(trace: Trace, stage_id: str, channel: int) -> tuple[str, ...]:
    """Name what is read, what comes out, and what becomes of it next.

    Parameters
    ----------
    trace : Trace
        What came out of the run.
    stage_id : str
        The stage on show; one that is not there needs nothing.
    channel : int
        Its map, from 0.

    Returns
    -------
    tuple of str
        ``"stage"`` for all maps, ``"stage:map"`` for one; each once.
    """
    stages = {stage.id: index for index, stage in enumerate(trace.all_stages)}
    if stage_id not in stages:
        return ()
    stage = trace.stage(stage_id)
    sources = stage.sources[channel] if channel < len(stage.maps) else []
    wanted = [name for source in stage.inputs for name in _read(trace.stage(source), sources)]
    if channel >= len(stage.maps):
        return tuple(dict.fromkeys(wanted))
    wanted.append(f"{stage_id}:{channel}")
    first = stages[stage_id] + 1
    for after in trace.all_stages[first : first + LOOK_AHEAD]:
        if len(after.maps) != len(stage.maps) or len(after.sources[channel]) != 1:
            break
        wanted.append(f"{after.id}:{channel}")
    return tuple(dict.fromkeys(wanted))


def _read(source: InputStage | Stage, channels: list[int]) -> list[str]:
    if len(channels) == len(source.maps):
        return [source.id]
    return [f"{source.id}:{channel}" for channel in channels]
