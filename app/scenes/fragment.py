"""Long state in an address: ``v1=`` and the base64url of deflated JSON.

What is read here came from anywhere: sizes are bounded before and while it is unpacked, and
whatever hosts append to addresses (``#?secret=…``, ``&utm_source=…``) is passed over.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Any, Final

import orjson

from app.errors import InvalidRequest, LimitExceeded

FRAGMENT_VERSION: Final = 1
MAX_PACKED_CHARACTERS: Final = 100_000
MAX_UNPACKED_BYTES: Final = 400_000
MAX_DEPTH: Final = 16

_PACKED: Final = re.compile(r"(?:^|[#&?/!])v([0-9]{1,4})(?:=|%3[Dd])([A-Za-z0-9_-]*)")
_RAW_DEFLATE: Final = -15


def pack_state(content: Any) -> str:
    """Write JSON as the state of an address.

    Raises
    ------
    LimitExceeded
        If it is too long for an address.

    Examples
    --------
    >>> unpack_state(pack_state({"a": [1, 2]}))
    {'a': [1, 2]}
    """
    compressor = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE)
    text = orjson.dumps(content)
    packed = base64.urlsafe_b64encode(compressor.compress(text) + compressor.flush())
    letters = packed.decode().rstrip("=")
    if len(letters) > MAX_PACKED_CHARACTERS or len(text) > MAX_UNPACKED_BYTES:
        raise LimitExceeded(
            f"The scene is too long for an address ({len(letters):,} characters; at most "
            f"{MAX_PACKED_CHARACTERS:,}). Save it as a file instead.",
            allowed={"maximum": MAX_PACKED_CHARACTERS},
        )
    return f"v{FRAGMENT_VERSION}={letters}"


def find_state(fragment: str) -> str | None:
    """Find a packed scene among what may stand after the ``#`` of an address.

    Examples
    --------
    >>> find_state("v1=q1YqSk?secret=abc"), find_state("?secret=abc")
    ('v1=q1YqSk', None)
    """
    found = _PACKED.search(fragment)
    return f"v{found[1]}={found[2]}" if found else None


def unpack_state(text: str) -> Any:
    """Read the state of an address.

    Raises
    ------
    InvalidRequest
        If it is cut short or damaged, of an unknown version, or unpacks to more than
        :data:`MAX_UNPACKED_BYTES`.
    """
    found = _PACKED.fullmatch(text)
    if found is None:
        raise InvalidRequest("it is not a packed scene")
    if int(found[1]) != FRAGMENT_VERSION:
        raise InvalidRequest("it was made by a newer version of Kernelscope")
    if len(found[2]) > MAX_PACKED_CHARACTERS:
        raise InvalidRequest("it is too long")
    content = _parsed(_inflated(found[2]))
    if not _is_plain(content):
        raise InvalidRequest("it is cut short or damaged")
    return content


def _inflated(packed: str) -> bytes:
    try:
        compressed = base64.b64decode(packed + "=" * (-len(packed) % 4), b"-_", validate=True)
        inflater = zlib.decompressobj(_RAW_DEFLATE)
        text = inflater.decompress(compressed, MAX_UNPACKED_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise InvalidRequest("it is cut short or damaged") from error
    if len(text) > MAX_UNPACKED_BYTES:
        raise InvalidRequest("it is too long")
    if not inflater.eof or inflater.unused_data:
        raise InvalidRequest("it is cut short or damaged")
    return text


def _parsed(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest("it is cut short or damaged") from error


def _is_plain(content: Any) -> bool:
    """Say whether JSON is not nested deeper than any scene is."""
    level = [content]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return True
    return False
