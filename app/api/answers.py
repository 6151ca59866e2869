"""JSON answers, and answers that never change and so are sent once."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

# Answers for ever: their address contains the hash of what they say.
IMMUTABLE = "public, max-age=31536000, immutable"


def json_answer(content: Any, *, cache_control: str = "no-store") -> Response:
    """Write JSON with orjson (a fiftieth of the time of the standard library)."""
    body = orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, media_type="application/json", headers={"Cache-Control": cache_control})


def etag_of(*parts: str | bytes) -> str:
    """Name an answer by what determines it; weak, as the same name covers its gzip form.

    Examples
    --------
    >>> etag_of("abc") == etag_of("abc") != etag_of("a", "bc")
    True
    """
    digest = blake2b(digest_size=12)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little") + data)
    return f'W/"{digest.hexdigest()}"'


def not_modified(request: Request, *, etag: str, cache_control: str) -> Response | None:
    """Answer 304 when the client already holds the representation, else None."""
    held = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in held.split(",")}
    if etag.removeprefix("W/") not in tags:
        return None
    return Response(status_code=304, headers={"ETag": etag, "Cache-Control": cache_control})


def revalidated(request: Request, content: Any) -> Response:
    """Write JSON that clients keep, but ask about before every use."""
    body = orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)
    headers = {"ETag": etag_of(body), "Cache-Control": "no-cache"}
    held = not_modified(request, etag=headers["ETag"], cache_control=headers["Cache-Control"])
    return held or Response(body, media_type="application/json", headers=headers)
