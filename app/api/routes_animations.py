"""Animations: frames that the page has drawn, put together as GIF, WebP or APNG."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.frames import DELAYS, FORMAT, FRAME, read_frames
from app.api.limits import animation_limits
from app.api.schemas import binary, refusals
from app.takeaway.animation import DELAYS_MS, KINDS, MEDIA_TYPES, encode_animation

router = APIRouter(prefix="/api/animations", tags=["scenes"])

_MULTIPART = {
    "requestBody": {
        "required": True,
        "description": "PNG files of one size in the order in which they are shown; how long each "
        f"is shown, in milliseconds ({DELAYS_MS[0]} to {DELAYS_MS[1]}): one number for all, or one "
        "for each, separated by commas; and the format.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FRAME],
                    "properties": {
                        FRAME: {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                        },
                        DELAYS: {"type": "string", "default": "100"},
                        FORMAT: {"type": "string", "enum": list(KINDS), "default": KINDS[0]},
                    },
                }
            }
        },
    }
}


@router.post(
    "",
    summary="Put frames together as an animation",
    responses=binary(
        "The animation; it repeats for ever. A GIF has one palette of 256 colours for all frames; "
        "WebP and APNG are exact. Equal frames in a row become one that is shown longer.",
        "image/gif",
    )
    | refusals(
        *("invalid_request", "unsupported_image", "damaged_image", "too_much_work", "too_large"),
        *("body_timeout", "busy", "internal_error"),
    ),
    openapi_extra=_MULTIPART,
)
async def create_animation(request: Request) -> Response:
    """Encode an animation. Nothing is kept: neither the frames nor the file."""
    state = request.app.state
    limits = animation_limits(state.settings)
    frames = await read_frames(request, limits=limits, max_bytes=state.settings.max_animation_bytes)
    kind, delays = frames.kind, frames.delays_ms

    def encoded() -> bytes:
        return encode_animation(frames.frames, delays_ms=delays, kind=kind, limits=limits)

    # One after the other: encoding takes seconds, and others wait for the same workers.
    with state.animation_room.holding(sum(map(len, frames.frames))):
        async with state.animation_turn:
            body = await state.limiter.run(encoded)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="animation.{_ENDINGS[kind]}"',
    }
    return Response(body, media_type=MEDIA_TYPES[kind], headers=headers)


# Programs that know APNG know it by this ending too, and all others show its first frame.
_ENDINGS = {"gif": "gif", "webp": "webp", "apng": "png"}
