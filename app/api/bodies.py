"""Reading request bodies: bytes are counted while they arrive, whatever the headers claim."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.errors import InvalidRequest, LimitExceeded

# A body that trickles in for longer holds a connection for nothing.
BODY_TIMEOUT_SECONDS = 30.0


async def read_body(request: Request, *, max_bytes: int) -> bytes:
    """Read a request body that may not be larger than ``max_bytes``.

    Raises
    ------
    LimitExceeded
        As soon as the announced or the received bytes exceed the limit (413 ``too_large``).
    HTTPException
        If the body takes longer than :data:`BODY_TIMEOUT_SECONDS` (408 ``body_timeout``).
    """
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
            parts = counted(request, max_bytes=max_bytes, refusal=lambda: _too_large(max_bytes))
            return b"".join([part async for part in parts])
    except TimeoutError as error:
        raise HTTPException(408) from error
    except ClientDisconnect as error:
        # Nobody is there to read the answer, but the log should not show a failure.
        raise InvalidRequest("The body was broken off.", code="invalid_json") from error


async def counted(
    request: Request, *, max_bytes: int, refusal: Callable[[], LimitExceeded]
) -> AsyncIterator[bytes]:
    """Pass a body on part by part, and raise what ``refusal`` makes when it is too large.

    Raises
    ------
    LimitExceeded
        As soon as the announced or the received bytes exceed ``max_bytes``.
    ClientDisconnect
        If the client has gone before the end.
    """
    announced = request.headers.get("content-length", "")
    # What is announced may be a lie in both directions, so it only ever refuses. Python reads
    # no numbers of thousands of digits.
    if re.fullmatch("[0-9]{1,19}", announced) and int(announced) > max_bytes:
        raise refusal()
    received = 0
    async for part in request.stream():
        received += len(part)
        if received > max_bytes:
            raise refusal()
        yield part


def _too_large(max_bytes: int) -> LimitExceeded:
    message = f"The recipe is larger than {max_bytes:,} bytes; fewer or smaller filters work."
    return LimitExceeded(message, allowed={"maximum": max_bytes})


def parse_json(body: bytes) -> Any:
    """Parse JSON strictly: no NaN, no infinity, no number beyond float64, no endless nesting.

    Raises
    ------
    InvalidRequest
        If the bytes are not JSON (422 ``invalid_json``), with the place where reading stopped.

    Examples
    --------
    >>> parse_json(b'{"version": 1}')
    {'version': 1}
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        hint = "numbers must be finite, text must be UTF-8, names need double quotes"
        message = f"The body is not JSON ({error}); {hint}."
        raise InvalidRequest(message, code="invalid_json") from error
