"""A whole run as one file: every tensor, and the recipe that it comes from."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from app.api.runs import Run
from app.api.tensors import encode
from app.errors import LimitExceeded, NotFound
from app.numerics.shapes import FloatArray
from app.pictures.colours import Theme
from app.pictures.contact_sheet import MAX_SHEET_CELLS, MAX_SHEET_PIXELS, png_bytes
from app.pictures.run_sheet import run_sheet, run_sheet_size
from app.pipeline.recipe import ENGINE_VERSION
from app.pipeline.stages import InputStage
from app.settings import MEBIBYTE

# The file is written in memory, beside the maps themselves.
MAX_FILE_BYTES: Final = 256 * MEBIBYTE
RECIPE_MEMBER: Final = "recipe.json"
# The same run is the same file, whenever it is asked for.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def run_tensors(run: Run) -> dict[str, FloatArray]:
    """Collect all tensors of a run.

    Returns
    -------
    dict of str to ndarray
        ``<stage>.output`` (channels, rows, columns) for every stage, and ``<stage>.weight`` and
        ``<stage>.bias`` where it has them; float32.

    Raises
    ------
    LimitExceeded
        If they have more than :data:`MAX_FILE_BYTES` together.
    """
    cells = sum(int(np.prod(stage.shape)) for stage in run.trace.all_stages)
    if 4 * cells > MAX_FILE_BYTES:
        message = (
            f"The run has {4 * cells // MEBIBYTE:,} MB of values; at most "
            f"{MAX_FILE_BYTES // MEBIBYTE} MB are written into one file. Fetch its stages one by "
            "one, or choose a smaller picture."
        )
        allowed = {"maximum": MAX_FILE_BYTES}
        raise LimitExceeded(message, code="too_much_work", field="size", allowed=allowed)
    tensors: dict[str, FloatArray] = {}
    for stage in run.trace.all_stages:
        tensors[f"{stage.id}.output"] = stage.values
        if not isinstance(stage, InputStage):
            for name, values in stage.layer.tensors().items():
                tensors[f"{stage.id}.{name}"] = values
    return tensors


def run_safetensors(run: Run) -> bytes:
    """Write a run for ``safetensors.numpy.load``; its metadata has the recipe."""
    return encode(run_tensors(run), metadata=_about(run))


def run_npz(run: Run) -> bytes:
    """Write a run for ``numpy.load``, with the recipe as ``recipe.json`` beside the arrays."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, values in run_tensors(run).items():
            with archive.open(_member(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, values, allow_pickle=False)
        archive.writestr(_member(RECIPE_MEMBER), run.trace.recipe.canonical_json())
    return file.getvalue()


def learned_npy(run: Run, stage_id: str, name: str) -> bytes:
    """Write the weights or the biases of a stage for ``numpy.load``.

    Raises
    ------
    NotFound
        If the stage has none.
    """
    stage = run.trace.stage(stage_id)
    learned: Mapping[str, Any] = {} if isinstance(stage, InputStage) else stage.layer.tensors()
    if name not in learned:
        having = [entry.id for entry in run.trace.stages if name in entry.layer.tensors()]
        message = f"Stage {stage_id} has no {name}; of this run {_listed(having)}."
        raise NotFound(message, field="stage", allowed=having)
    file = io.BytesIO()
    np.save(file, learned[name], allow_pickle=False)
    return file.getvalue()


def run_png(run: Run, *, theme: Theme) -> bytes:
    """Paint all maps of all stages on one sheet.

    Raises
    ------
    LimitExceeded
        If they have more than :data:`~app.pictures.contact_sheet.MAX_SHEET_CELLS` cells, or the
        sheet more than :data:`~app.pictures.contact_sheet.MAX_SHEET_PIXELS` pixels: small maps are
        drawn large.
    """
    cells = sum(int(np.prod(stage.shape)) for stage in run.trace.all_stages)
    if cells > MAX_SHEET_CELLS:
        message = (
            f"All maps together have {cells:,} cells; a sheet has at most {MAX_SHEET_CELLS:,}. "
            "Ask for the sheet of one stage, or choose a smaller picture."
        )
        allowed = {"maximum": MAX_SHEET_CELLS}
        raise LimitExceeded(message, code="too_much_work", field="size", allowed=allowed)
    pixels = math.prod(run_sheet_size(run.trace))
    if pixels > MAX_SHEET_PIXELS:
        message = (
            f"All maps on one sheet are {pixels:,} pixels; a sheet has at most "
            f"{MAX_SHEET_PIXELS:,}. Ask for the sheet of one stage, or choose fewer filters."
        )
        allowed = {"maximum": MAX_SHEET_PIXELS}
        raise LimitExceeded(message, code="too_much_work", field="stages", allowed=allowed)
    return png_bytes(run_sheet(run.trace, theme=theme))


def _about(run: Run) -> dict[str, str]:
    recipe = run.trace.recipe.canonical_json().decode()
    return {"recipe": recipe, "run": run.id, "engine": ENGINE_VERSION}


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _NO_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _listed(stages: list[str]) -> str:
    if not stages:
        return "no stage has"
    return ", ".join(stages) + (" has" if len(stages) == 1 else " have")
