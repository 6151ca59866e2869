"""What all GETs below a run share: the parts of their addresses, and answers kept for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import Path, Query, Request
from starlette.responses import Response

from app.api.answers import IMMUTABLE, etag_of, not_modified
from app.api.run_examples import RUN_ID
from app.api.runs import Runs, Task

RUN_PROBLEMS: Final = (
    *("unknown_run", "not_found", "invalid_request", "invalid_json", "shape_error"),
    *("too_much_work", "unknown_image", "busy", "internal_error"),
)

RunId = Annotated[
    str, Path(description="As in the manifest", openapi_examples={"run": {"value": RUN_ID}})
]
StageId = Annotated[
    str,
    Path(
        description="`input`, or a stage of the recipe",
        openapi_examples={"stage": {"value": "conv1"}},
    ),
]
Packed = Annotated[
    str | None,
    Query(
        alias="recipe",
        description="The recipe, as the manifest's addresses carry it. With it any server can "
        "answer at any time; without it only one that has computed the run lately.",
    ),
]


async def immutable(
    request: Request,
    run_id: str,
    packed: str | None,
    task: Task[bytes],
    media_type: str,
    *,
    is_heavy: bool = False,
) -> Response:
    """Answer a GET below a run: what it says can never change."""
    etag = run_etag(request)
    held = not_modified(request, etag=etag, cache_control=IMMUTABLE)
    if held:
        return held
    runs: Runs = request.app.state.runs
    recipe = await runs.find(run_id, packed)
    body = await runs.compute(recipe, task, run_id=run_id, is_heavy=is_heavy)
    return for_ever(body, media_type, etag)


def for_ever(
    body: bytes, media_type: str, etag: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Write an answer that clients may keep for ever."""
    kept = {"ETag": etag, "Cache-Control": IMMUTABLE, **(headers or {})}
    return Response(body, media_type=media_type, headers=kept)


def run_etag(request: Request) -> str:
    """Name the answer to a GET below a run."""
    # The address determines the answer: it has the hash of recipe, picture and engine in it.
    return etag_of(request.url.path, request.url.query)
