"""Whether the process is alive, and whether it can take requests."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app import __version__
from app.api.answers import json_answer
from app.api.problems import problem
from app.api.schemas import example, refusals

router = APIRouter(tags=["health"])


@router.get(
    "/healthz",
    summary="Is the process alive?",
    responses=example("It is.", {"status": "ok", "version": __version__}),
)
async def healthz() -> Response:
    """Answer without touching the workers, so it stays fast while they are busy."""
    return json_answer({"status": "ok", "version": __version__})


@router.get(
    "/readyz",
    summary="Can it take requests?",
    responses=example("It can.", {"status": "ready", "pending": 0}) | refusals("not_ready", "busy"),
)
async def readyz(request: Request) -> Response:
    """Say no while the default run is being prepared, and while the queue is full."""
    state = request.app.state
    if not state.is_ready:
        return problem(
            status=503,
            title="Starting",
            detail="The default run is being prepared; try again in a second.",
            code="not_ready",
            headers={"Retry-After": "1"},
        )
    state.limiter.check()
    return json_answer({"status": "ready", "pending": state.limiter.pending})
