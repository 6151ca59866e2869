"""Pictures: sending, showing and deleting one's own, and the samples that come along."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.api.answers import IMMUTABLE, etag_of, json_answer, not_modified, revalidated
from app.api.limits import decode_limits
from app.api.schemas import binary, example, refusals
from app.api.uploads import FIELD, read_upload
from app.errors import NotFound
from app.images.decode import decode, picture_id
from app.images.picture import Picture
from app.images.samples import THUMBNAIL_SIDE, THUMBNAIL_SIDES

router = APIRouter(prefix="/api", tags=["pictures"])

_ID = "3f1f0c5d9a0e4b1c8f7e6d5c4b3a29181706f5e4d3c2b1a0998877665544332f"
_INFO = {
    "id": _ID,
    "width": 4032,
    "height": 3024,
    "channels": 3,
    "expires_at": "2026-01-31T12:00:00Z",
}
_SAMPLE = {
    "id": "coffee",
    "title": "Coffee cup",
    "kind": "photograph",
    "author": "Rachel Michetti; courtesy of Pikolo Espresso Bar",
    "licence": "CC0 1.0",
    "licence_url": "https://creativecommons.org/publicdomain/zero/1.0/",
    "source": "https://scikit-image.org/docs/stable/api/skimage.data.html",
    "alt": "A cup of espresso on a red saucer with a spoon, on a wooden table.",
    "width": 380,
    "height": 380,
    "channels": 3,
    "thumbnail": "/api/samples/coffee/thumbnail.png?v=0a1b2c3d",
}
_MULTIPART = {
    "requestBody": {
        "required": True,
        "description": "The picture; the field is called `file`. Its contents tell the format.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {FIELD: {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
_UPLOAD_ID = re.compile(r"[0-9a-f]{64}")
# An uploaded picture is its sender's business, not that of a cache in between.
_PRIVATE = "private, max-age=31536000, immutable"

ImageId = Annotated[str, Path(description="Id of an upload, or of a sample.")]
SampleId = Annotated[str, Path(description="Id of a sample, such as `coffee` or `digit_3_0`.")]
ThumbnailSide = Annotated[
    int,
    Query(
        ge=THUMBNAIL_SIDES[0],
        le=THUMBNAIL_SIDES[1],
        description="Side in pixels; small pictures are not enlarged.",
    ),
]


@router.post(
    "/images",
    summary="Send a picture",
    status_code=201,
    responses=example("The picture is kept in memory for a while.", _INFO, status=201)
    | refusals(
        "unsupported_image",
        "damaged_image",
        "invalid_request",
        "too_large",
        "too_much_work",
        "body_timeout",
        "busy",
    ),
    openapi_extra=_MULTIPART,
)
async def send_image(request: Request) -> Response:
    """Decode a picture and keep it in memory; the same file always gets the same id.

    PNG, JPEG, GIF (first frame), WebP, BMP, TIFF and AVIF are recognised by their contents. It is
    turned upright as its EXIF orientation says, laid over white where it is transparent, and
    stripped of all metadata. Nothing is written to disk.
    """
    state = request.app.state
    limits = decode_limits(state.settings)
    upload = await read_upload(request, limits=limits)
    data = upload.data

    def decoded_and_kept() -> dict[str, Any]:
        try:
            picture, expires_at = state.images.renew(picture_id(data))
        except NotFound:
            picture = decode(data, limits=limits, name=upload.filename)
            expires_at = state.images.put(picture)
        return _info(picture.id, picture, expires_at)

    info = await state.limiter.run(decoded_and_kept)
    response = json_answer(info)
    response.status_code = 201
    response.headers["Location"] = f"/api/images/{info['id']}"
    return response


@router.get(
    "/images/{image_id}",
    summary="Describe a picture",
    responses=example("It is in memory.", _INFO) | refusals("unknown_image"),
)
async def image_info(request: Request, image_id: ImageId) -> Response:
    """Give size and expiry of an upload, or size of a sample (which never expires)."""
    picture, expires_at = await _find(request, image_id)
    return json_answer(_info(image_id, picture, expires_at))


@router.get(
    "/images/{image_id}/picture.png",
    summary="Show a picture",
    response_class=Response,
    responses=binary("The picture, reduced to the longest working side.", "image/png")
    | refusals("unknown_image", "busy"),
)
async def image_png(request: Request, image_id: ImageId) -> Response:
    """Write the upright picture as PNG, without any metadata."""
    picture, expires_at = await _find(request, image_id)
    cache_control = "no-cache" if expires_at is None else _PRIVATE
    etag = etag_of("picture", picture.id, str(request.app.state.settings.max_side))
    held = not_modified(request, etag=etag, cache_control=cache_control)
    return held or _png(await request.app.state.limiter.run(picture.png), etag, cache_control)


@router.delete(
    "/images/{image_id}",
    summary="Forget a picture",
    status_code=204,
    response_class=Response,
    responses=refusals("unknown_image"),
)
async def forget_image(request: Request, image_id: ImageId) -> Response:
    """Remove an upload from memory before it expires."""
    request.app.state.images.delete(image_id)
    return Response(status_code=204)


@router.get(
    "/samples",
    summary="List the sample pictures",
    responses=example("All samples; the example shows one.", {"samples": [_SAMPLE]}),
)
async def samples(request: Request) -> Response:
    """Give title, author, licence, source, alternative text and thumbnail of every sample.

    Single digits are samples too: the entry of the sheet tells their names.
    """
    return revalidated(request, {"samples": request.app.state.samples.list()})


@router.get(
    "/samples/{sample_id}",
    summary="Describe a sample picture",
    responses=example("It exists.", _SAMPLE) | refusals("unknown_image"),
)
async def sample(request: Request, sample_id: SampleId) -> Response:
    """Give the entry of one sample, single digits included."""
    return revalidated(request, request.app.state.samples.item(sample_id))


@router.get(
    "/samples/{sample_id}/thumbnail.png",
    summary="Show a sample as a small square",
    response_class=Response,
    responses=binary("The square in its middle.", "image/png")
    | refusals("unknown_image", "invalid_request", "busy"),
)
async def thumbnail(
    request: Request, sample_id: SampleId, side: ThumbnailSide = THUMBNAIL_SIDE
) -> Response:
    """Reduce the middle of a sample to a square; the listed address never changes contents."""
    state = request.app.state
    etag = etag_of("thumbnail", sample_id, state.samples.version(sample_id), str(side))
    held = not_modified(request, etag=etag, cache_control=IMMUTABLE)
    if held is not None:
        return held
    data = state.samples.thumbnail_at_hand(sample_id, side)
    if data is None:
        data = await state.limiter.run(state.samples.thumbnail, sample_id, side)
    return _png(data, etag, IMMUTABLE)


async def _find(request: Request, image_id: str) -> tuple[Picture, float | None]:
    """Find an upload and renew it, or decode a sample."""
    state = request.app.state
    if _UPLOAD_ID.fullmatch(image_id):
        found: tuple[Picture, float] = state.images.renew(image_id)
        return found
    return await state.limiter.run(state.samples.get, image_id), None


def _info(image_id: str, picture: Picture, expires_at: float | None) -> dict[str, Any]:
    moment = None if expires_at is None else datetime.fromtimestamp(expires_at, UTC)
    return {
        "id": image_id,
        "width": picture.width,
        "height": picture.height,
        "channels": picture.channels,
        "expires_at": None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    }


def _png(data: bytes, etag: str, cache_control: str) -> Response:
    headers = {"ETag": etag, "Cache-Control": cache_control}
    return Response(data, media_type="image/png", headers=headers)
