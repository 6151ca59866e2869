"""Runs: a recipe in, a manifest and tensors out."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import orjson
from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from app.api import tensors
from app.api.answers import IMMUTABLE, not_modified
from app.api.bodies import read_body
from app.api.bundles import (
    bundle,
    compressed_bundle,
    manifest_json,
    output_json,
    output_npy,
    output_png,
    output_safetensors,
)
from app.api.run_answers import (
    RUN_PROBLEMS,
    Packed,
    RunId,
    StageId,
    for_ever,
    immutable,
    run_etag,
)
from app.api.run_examples import CELL, MANIFEST, OUTPUT, RECIPE
from app.api.runs import Run, Runs
from app.api.schemas import binary, example, json_body, refusals
from app.pictures.colours import Theme

router = APIRouter(prefix="/api/runs", tags=["runs"])

MAX_NAMES: Final = 20_000
_RECIPE_PROBLEMS: Final = (
    *("invalid_request", "invalid_json", "shape_error", "too_much_work"),
    *("too_large", "unknown_image", "body_timeout", "busy", "internal_error"),
)
_RECIPE_BODY = json_body(
    "A recipe. `input.image` is the id of a sample or of an upload; each stage reads the one "
    "before it unless `inputs` says otherwise; GET /api/operations lists all parameters.",
    RECIPE,
)

Full = Annotated[
    str,
    Query(
        max_length=MAX_NAMES,
        description="Maps whose exact values are wanted: `stage` for all of a stage, `stage:0` "
        "for one; separated by commas. What the run does not have is left out",
        openapi_examples={"full": {"value": "input,conv1:0"}},
    ),
]
Channel = Annotated[
    int, Query(description="Map, counted from 0", openapi_examples={"first": {"value": 0}})
]
Row = Annotated[int, Query(description="From 0", openapi_examples={"row": {"value": 10}})]
Column = Annotated[int, Query(description="From 0", openapi_examples={"column": {"value": 20}})]


@router.post(
    "",
    summary="Compute a recipe and describe the run",
    responses=example("The manifest; the example is shortened.", MANIFEST)
    | refusals(*_RECIPE_PROBLEMS),
    openapi_extra=_RECIPE_BODY,
)
async def create_run(request: Request) -> Response:
    """Compute every stage and say what came out.

    For each stage: shape, value range and content key of each map, share of zeros, dead maps,
    parameters, multiply-adds, receptive field, and for every output row and column the source
    rows and columns that it reads (`taps`: pairs of kernel place and source, null for padding).
    """
    runs: Runs = request.app.state.runs
    recipe = await runs.read(await read_body(request, max_bytes=runs.max_recipe_bytes))
    body = await runs.compute(recipe, manifest_json)
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.post(
    "/bundle",
    summary="Compute a recipe and get the manifest with tensors in one answer",
    responses=binary(
        "Safetensors. The manifest (without taps) is the string `manifest` of its metadata. "
        "`preview.<map key>`: int8 codes, sign(v) * max(1, round(127 * sqrt(|v| / max|v|))), 0 for "
        "exact zeros; for maps without values in the same answer. `values.<map key>`: float32. "
        "`taps.<stage>.rows` and `.columns`: int16 "
        "source indices, -1 padding, -2 none. `weight.<stage>`, `bias.<stage>`. "
        "`winner.<map key>`: int32 place in the window, for max pooling.",
        tensors.MEDIA_TYPE,
    )
    | refusals(*_RECIPE_PROBLEMS),
    openapi_extra=_RECIPE_BODY,
)
async def create_bundle(
    request: Request,
    full: Full = "",
    known: Annotated[
        str,
        Query(
            max_length=64,
            description="Id of a run whose maps are there already, at least as previews",
        ),
    ] = "",
    have: Annotated[
        str,
        Header(
            alias="X-Have",
            description="Keys of maps whose values (and winners) are there already, separated by "
            "commas",
        ),
    ] = "",
) -> Response:
    """Answer an edit: everything that the page has to draw, and nothing that it has."""
    runs: Runs = request.app.state.runs
    recipe = await runs.read(await read_body(request, max_bytes=runs.max_recipe_bytes))
    names = _names(full)
    keys = runs.keys(known) if known else frozenset()
    held = frozenset(_names(have))
    body = await runs.compute(recipe, lambda run: bundle(run, full=names, known=keys, have=held))
    return Response(body, media_type=tensors.MEDIA_TYPE, headers={"Cache-Control": "no-store"})


@router.get(
    "/{run_id}/bundle.safetensors",
    summary="Get the manifest with tensors, to be kept for ever",
    responses=binary("As for POST /api/runs/bundle.", tensors.MEDIA_TYPE) | refusals(*RUN_PROBLEMS),
)
async def get_bundle(
    request: Request, run_id: RunId, packed: Packed = None, full: Full = ""
) -> Response:
    """Answer from the address alone; compressed when the client accepts gzip."""
    runs: Runs = request.app.state.runs
    names = _names(full)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return await immutable(
            request, run_id, packed, lambda run: bundle(run, full=names), tensors.MEDIA_TYPE
        )
    etag = run_etag(request)
    held = not_modified(request, etag=etag, cache_control=IMMUTABLE)
    if held:
        return held
    recipe = await runs.find(run_id, packed)
    runs.check_picture(recipe)
    body = runs.compressed.get((run_id, names))
    if body is None:
        body = await compressed_bundle(runs, recipe, names, run_id=run_id)
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return for_ever(body, tensors.MEDIA_TYPE, etag, headers)


@router.get(
    "/{run_id}/stages/{stage_id}/output.safetensors",
    summary="Get the values of a stage",
    responses=binary(
        "Float32 tensors `output` (channels, rows, columns), and `weight` and `bias` where the "
        "stage has them. With format=json the same as nested lists.",
        tensors.MEDIA_TYPE,
        readable=OUTPUT,
    )
    | refusals(*RUN_PROBLEMS),
)
async def get_output(
    request: Request,
    run_id: RunId,
    stage_id: StageId,
    packed: Packed = None,
    format: Annotated[
        Literal["safetensors", "json"], Query(description="json is for reading, not for speed")
    ] = "safetensors",
) -> Response:
    """Get a stage for `safetensors.numpy.load`, or as JSON to look at."""
    is_json = format == "json"
    make = output_json if is_json else output_safetensors
    media_type = "application/json" if is_json else tensors.MEDIA_TYPE
    return await immutable(
        request,
        run_id,
        packed,
        lambda run: make(run, stage_id),
        media_type,
        is_heavy=is_json,
    )


@router.get(
    "/{run_id}/stages/{stage_id}/output.npy",
    summary="Get the values of a stage for numpy.load",
    responses=binary("Float32, (channels, rows, columns).", "application/octet-stream")
    | refusals(*RUN_PROBLEMS),
)
async def get_output_npy(
    request: Request, run_id: RunId, stage_id: StageId, packed: Packed = None
) -> Response:
    """Get a stage as a NumPy file."""
    media_type = "application/octet-stream"
    return await immutable(
        request, run_id, packed, lambda run: output_npy(run, stage_id), media_type
    )


@router.get(
    "/{run_id}/stages/{stage_id}/output.png",
    summary="Get the maps of a stage as a picture",
    responses=binary(
        "All maps on one sheet, in the signed colour scale: zero neutral, positive orange, "
        "negative violet. A map and the activation and pooling after it share their scale.",
        "image/png",
    )
    | refusals(*RUN_PROBLEMS),
)
async def get_output_png(
    request: Request,
    run_id: RunId,
    stage_id: StageId,
    packed: Packed = None,
    channel: Annotated[int | None, Query(description="Only this map, counted from 0")] = None,
    theme: Annotated[Theme, Query(description="Which of the page's colour scales")] = "light",
) -> Response:
    """Paint a stage as the page does."""
    return await immutable(
        request,
        run_id,
        packed,
        lambda run: output_png(run, stage_id, channel=channel, theme=theme),
        "image/png",
        is_heavy=True,
    )


@router.get(
    "/{run_id}/stages/{stage_id}/cell",
    summary="Explain one output cell",
    responses=example("Every term of the value; the example is shortened.", CELL)
    | refusals(*RUN_PROBLEMS),
)
async def get_cell(
    request: Request,
    run_id: RunId,
    stage_id: StageId,
    channel: Channel,
    row: Row,
    column: Column,
    packed: Packed = None,
) -> Response:
    """Name the sources, weights and products of one value, and how they become it.

    `terms` are in reading order; a term on padding has no row and column. `partial_sums` has one
    number for each input map. The result is the value of the engine to float32 rounding.
    """

    def explained(run: Run) -> bytes:
        content = run.trace.cell(stage_id, channel=channel, row=row, column=column)
        return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)

    # A cell may have thousands of terms.
    return await immutable(request, run_id, packed, explained, "application/json", is_heavy=True)


def _names(listed: str) -> tuple[str, ...]:
    """Read names separated by commas; each once, in their order."""
    return tuple(dict.fromkeys(name.strip() for name in listed.split(",") if name.strip()))
