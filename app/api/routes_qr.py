"""Links as QR codes, for the screen of a lecture hall."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api.answers import etag_of, not_modified
from app.api.qr_code import MOST_BYTES, qr_svg
from app.api.schemas import binary, refusals

router = APIRouter(prefix="/api", tags=["sharing"])

# The text may be a viewer's own pipeline: their browser keeps the code, and no cache in between.
_PRIVATE = "private, max-age=86400"

Text = Annotated[
    str,
    Query(
        description=f"What a reader shall see, usually a link; at most {MOST_BYTES:,} bytes.",
        openapi_examples={"link": {"value": "https://kernelscope.example/?image=camera&stride=2"}},
    ),
]


@router.get(
    "/qr.svg",
    summary="Draw a link as a QR code",
    responses=binary("Black on white, one unit per module.", "image/svg+xml")
    | refusals("invalid_request", "busy"),
)
async def qr(request: Request, text: Text) -> Response:
    """Choose the level of error correction: M where the text fits, else L, more where it is free.

    One unit of the picture is one module; four modules on every side stay light.
    """
    etag = etag_of("qr-1", text)
    held = not_modified(request, etag=etag, cache_control=_PRIVATE)
    if held:
        return held
    # A large code takes 0.15 s: longer than answers to others may wait.
    drawing = await request.app.state.limiter.run(qr_svg, text)
    headers = {"ETag": etag, "Cache-Control": _PRIVATE}
    return Response(drawing, media_type="image/svg+xml", headers=headers)
