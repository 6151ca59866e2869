"""Whole runs as files: for NumPy, for safetensors, for the eye."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.api import tensors
from app.api.run_answers import RUN_PROBLEMS, Packed, RunId, StageId, immutable
from app.api.run_files import learned_npy, run_npz, run_png, run_safetensors
from app.api.schemas import binary, refusals
from app.pictures.colours import Theme

router = APIRouter(prefix="/api/runs", tags=["runs"])

_BYTES = "application/octet-stream"

Learned = Annotated[
    Literal["weight", "bias"],
    Path(description="Which tensor", openapi_examples={"weight": {"value": "weight"}}),
]


@router.get(
    "/{run_id}/run.safetensors",
    summary="Get every tensor of a run as safetensors",
    responses=binary(
        "Float32 tensors `<stage>.output` for every stage, `<stage>.weight` and `<stage>.bias` "
        "where it has them. The metadata has the strings `recipe` (JSON), `run` and `engine`.",
        tensors.MEDIA_TYPE,
    )
    | refusals(*RUN_PROBLEMS),
)
async def get_run_safetensors(request: Request, run_id: RunId, packed: Packed = None) -> Response:
    """Get a run for `safetensors.numpy.load`, with the recipe that computes it again."""
    return await immutable(
        request, run_id, packed, run_safetensors, tensors.MEDIA_TYPE, is_heavy=True
    )


@router.get(
    "/{run_id}/run.npz",
    summary="Get every tensor of a run for numpy.load",
    responses=binary(
        "Float32 arrays named as in run.safetensors, and the member `recipe.json` as bytes.",
        _BYTES,
    )
    | refusals(*RUN_PROBLEMS),
)
async def get_run_npz(request: Request, run_id: RunId, packed: Packed = None) -> Response:
    """Get a run as a NumPy archive: `numpy.load("run.npz")["conv1.output"]`."""
    return await immutable(request, run_id, packed, run_npz, _BYTES, is_heavy=True)


@router.get(
    "/{run_id}/sheet.png",
    summary="Get all maps of all stages as a picture",
    responses=binary(
        "A contact sheet, stage under stage, in the signed colour scale of the page.", "image/png"
    )
    | refusals(*RUN_PROBLEMS),
)
async def get_run_sheet(
    request: Request,
    run_id: RunId,
    packed: Packed = None,
    theme: Annotated[Theme, Query(description="Which of the page's colour scales")] = "light",
) -> Response:
    """Paint the whole run as the page does."""
    return await immutable(
        request, run_id, packed, lambda run: run_png(run, theme=theme), "image/png", is_heavy=True
    )


@router.get(
    "/{run_id}/stages/{stage_id}/{tensor}.npy",
    summary="Get the weights or the biases of a stage for numpy.load",
    responses=binary(
        "Float32; `weight` is (out channels, in channels, rows, columns), `bias` (out channels).",
        _BYTES,
    )
    | refusals(*RUN_PROBLEMS),
)
async def get_learned_npy(
    request: Request, run_id: RunId, stage_id: StageId, tensor: Learned, packed: Packed = None
) -> Response:
    """Get what a stage multiplies with and adds, as a NumPy file."""
    return await immutable(
        request, run_id, packed, lambda run: learned_npy(run, stage_id, tensor), _BYTES
    )
