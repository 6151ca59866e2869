"""Answers made of a run: its manifest, bundles, and single stages in several formats."""

from __future__ import annotations

import gzip
import io
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import orjson

from app.api.runs import Run, Runs
from app.api.tensors import encode
from app.errors import InvalidRequest, LimitExceeded
from app.pictures.colours import Theme, photograph
from app.pictures.contact_sheet import MAX_SHEET_CELLS, contact_sheet, png_bytes
from app.pictures.stage_pictures import stage_tiles
from app.pipeline.recipe import Recipe
from app.pipeline.stages import InputStage, Stage

# What the explorer shows large at first: the picture, and the first map of the first block.
DEFAULT_FULL = ("input", "conv1:0", "relu1:0", "pool1:0")
MAX_JSON_VALUES = 1_000_000


def manifest_json(run: Run, *, taps: bool = True) -> bytes:
    """Write the manifest of a run.

    Parameters
    ----------
    run : Run
        A computed recipe.
    taps : bool
        Whether to list the taps; a bundle carries them as tensors.
    """
    manifest = run.trace.manifest(run_id=run.id, output_url=run.output_url, taps=taps)
    return orjson.dumps(manifest, option=orjson.OPT_SERIALIZE_NUMPY)


def bundle(
    run: Run, *, full: Iterable[str], known: Collection[str] = (), have: Collection[str] = ()
) -> bytes:
    """Write the manifest and the tensors that a page needs as one safetensors file.

    Parameters
    ----------
    run : Run
        A computed recipe.
    full, known, have
        As for :meth:`app.pipeline.trace.Trace.tensors`.

    Raises
    ------
    InvalidRequest
        If an item of ``full`` is not the name of a map or stage.
    """
    tensors = run.trace.tensors(full=full, known=known, have=have)
    return encode(tensors, metadata={"manifest": manifest_json(run, taps=False).decode()})


async def compressed_bundle(
    runs: Runs, recipe: Recipe, names: tuple[str, ...], *, run_id: str | None = None
) -> bytes:
    """Make a bundle in a worker, compressed and remembered: that takes longer than computing."""

    def compressed(run: Run) -> bytes:
        body = gzip.compress(bundle(run, full=names), 6, mtime=0)
        runs.compressed.put((run.id, names), body, size_bytes=len(body))
        return body

    return await runs.compute(recipe, compressed, run_id=run_id, is_heavy=True)


def output_safetensors(run: Run, stage_id: str) -> bytes:
    """Write a stage as ``output``, and ``weight`` and ``bias`` where it has them."""
    stage = run.trace.stage(stage_id)
    learned = stage.layer.tensors() if isinstance(stage, Stage) else {}
    return encode({"output": stage.values, **learned})


def output_json(run: Run, stage_id: str) -> bytes:
    """Write a stage so that people can read it; for small ones.

    Raises
    ------
    LimitExceeded
        If it has more than :data:`MAX_JSON_VALUES` values.
    """
    stage = run.trace.stage(stage_id)
    learned = stage.layer.tensors() if isinstance(stage, Stage) else {}
    tensors = {"output": stage.values, **learned}
    count = sum(tensor.size for tensor in tensors.values())
    if count > MAX_JSON_VALUES:
        message = (
            f"Stage {stage_id} has {count:,} values, too many to read; leave format=json out, "
            "or choose a smaller picture."
        )
        raise LimitExceeded(message, code="too_much_work", field="format", allowed=["safetensors"])
    content: dict[str, Any] = {"run": run.id, "stage": stage_id, "shape": stage.shape, **tensors}
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


def output_npy(run: Run, stage_id: str) -> bytes:
    """Write the values of a stage for ``numpy.load``."""
    file = io.BytesIO()
    np.save(file, run.trace.stage(stage_id).values, allow_pickle=False)
    return file.getvalue()


def output_png(run: Run, stage_id: str, *, channel: int | None, theme: Theme) -> bytes:
    """Paint the maps of a stage, or one of them, in the signed colour scale.

    Raises
    ------
    InvalidRequest
        If there is no such map.
    LimitExceeded
        If the maps together have more than :data:`MAX_SHEET_CELLS` cells.
    """
    stage = run.trace.stage(stage_id)
    count, rows, columns = stage.shape
    if channel is not None and not 0 <= channel < count:
        message = f"channel is {channel}; stage {stage_id} has the maps 0 to {count - 1}."
        allowed = {"minimum": 0, "maximum": count - 1}
        raise InvalidRequest(message, field="channel", allowed=allowed)
    if channel is None and count * rows * columns > MAX_SHEET_CELLS:
        message = (
            f"The {count} maps of stage {stage_id} are too large for one picture; "
            "ask for one with channel=0."
        )
        allowed = {"minimum": 0, "maximum": count - 1}
        raise LimitExceeded(message, code="too_much_work", field="channel", allowed=allowed)
    if channel is not None and isinstance(stage, InputStage):
        tile = stage.maps[channel].values[np.newaxis]
        return png_bytes(contact_sheet([photograph(tile)], [f"channel {channel + 1}"], theme=theme))
    channels = range(count) if channel is None else [channel]
    tiles, labels = stage_tiles(run.trace, stage, channels=channels, theme=theme)
    return png_bytes(contact_sheet(tiles, labels, theme=theme))
