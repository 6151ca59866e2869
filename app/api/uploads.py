"""Reading an uploaded file: bytes are counted while they arrive, and never touch the disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from app.errors import InvalidRequest, UnsupportedImage
from app.images import faults
from app.images.limits import DecodeLimits

FIELD = "file"

# A photo over a slow mobile connection takes a minute; longer holds memory for nothing.
UPLOAD_TIMEOUT_SECONDS = 120.0

# Boundaries, part headers and a few small fields around the file.
_AROUND_FILE_BYTES = 64 * 1024
_MAX_FIELDS = 8
_MAX_FIELD_BYTES = 4096

_HINT = f'send the picture as multipart/form-data in the field "{FIELD}"'


@dataclass(frozen=True)
class Upload:
    """A received file."""

    data: bytes
    name: str


class _InMemoryParser(MultiPartParser):
    # Starlette moves parts above one megabyte to the disk; the bytes are bounded here.
    spool_max_size = 2**62


async def read_upload(request: Request, *, limits: DecodeLimits) -> Upload:
    """Read the one file of a multipart body.

    Raises
    ------
    LimitExceeded
        As soon as the announced or the received bytes exceed the limit (413 ``too_large``).
    UnsupportedImage
        If the body is not multipart/form-data (415).
    InvalidRequest
        If the body is malformed, has no file in the field ``file``, or several (422).
    HTTPException
        If it takes longer than :data:`UPLOAD_TIMEOUT_SECONDS` (408 ``body_timeout``).
    """
    kind = request.headers.get("content-type", "")
    if kind.split(";")[0].strip().lower() != "multipart/form-data":
        given = f"'{kind[:60]}'" if kind else "nothing"
        message = f"The content type is {given}; {_HINT}."
        raise UnsupportedImage(message, field=FIELD, allowed="multipart/form-data")
    try:
        async with asyncio.timeout(UPLOAD_TIMEOUT_SECONDS):
            return await _parse(request, limits=limits)
    except TimeoutError as error:
        raise HTTPException(408) from error
    except MultiPartException as error:
        message = f"The multipart body cannot be read ({error.message.rstrip('.')}); {_HINT}."
        raise InvalidRequest(message, field=FIELD) from error
    except ClientDisconnect as error:
        # Nobody is there to read the answer, but the log should not show a failure.
        raise InvalidRequest("The upload was broken off.", field=FIELD) from error


async def _parse(request: Request, *, limits: DecodeLimits) -> Upload:
    parser = _InMemoryParser(
        request.headers,
        _counted(request, limits=limits),
        max_files=1,
        max_fields=_MAX_FIELDS,
        max_part_size=_MAX_FIELD_BYTES,
    )
    form = await parser.parse()
    try:
        part = form.get(FIELD)
        if not isinstance(part, UploadFile):
            raise InvalidRequest(f"There is no file in the body; {_HINT}.", field=FIELD)
        return Upload(data=await part.read(), name=part.filename or "")
    finally:
        await form.close()


async def _counted(request: Request, *, limits: DecodeLimits) -> AsyncGenerator[bytes, None]:
    """Pass the body on, and stop when it is larger than any acceptable file."""
    maximum = limits.max_bytes + _AROUND_FILE_BYTES
    announced = request.headers.get("content-length", "")
    received = int(announced) if announced.isdecimal() and len(announced) < 20 else 0
    if received > maximum:
        raise faults.too_large(limits).refusal("This file", limits=limits)
    received = 0
    async for part in request.stream():
        received += len(part)
        if received > maximum:
            raise faults.too_large(limits).refusal("This file", limits=limits)
        yield part
