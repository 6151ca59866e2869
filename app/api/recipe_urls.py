"""Recipes inside addresses, so that any process can answer a GET after any restart."""

from __future__ import annotations

import base64
import binascii
import zlib

from app.errors import InvalidRequest

# Longer addresses are cut off by some servers in between; such a recipe is POSTed again instead.
MAX_PACKED_CHARACTERS = 6000


def pack(canonical: bytes) -> str | None:
    """Write the canonical JSON of a recipe for a query: base64url of zlib.

    Returns
    -------
    str or None
        None when it is longer than :data:`MAX_PACKED_CHARACTERS`.

    Examples
    --------
    >>> unpack(pack(b'{"version":1}'), max_bytes=100)
    b'{"version":1}'
    """
    packed = base64.urlsafe_b64encode(zlib.compress(canonical, 9)).decode().rstrip("=")
    return packed if len(packed) <= MAX_PACKED_CHARACTERS else None


def unpack(packed: str, *, max_bytes: int) -> bytes:
    """Read the recipe of a query; a small text that unpacks to a huge one is refused.

    Raises
    ------
    InvalidRequest
        If it is not base64url of zlib, or unpacks to more than ``max_bytes``.
    """
    advice = "take the address as the manifest gives it, or POST the recipe to /api/runs."
    try:
        compressed = base64.b64decode(packed + "=" * (-len(packed) % 4), b"-_", validate=True)
        inflater = zlib.decompressobj()
        canonical = inflater.decompress(compressed, max_bytes)
    except (binascii.Error, ValueError, zlib.error) as error:
        message = f"recipe is not base64url of zlib ({error}); {advice}"
        raise InvalidRequest(message, field="recipe") from error
    if not inflater.eof:
        message = f"recipe is cut short or unpacks to more than {max_bytes:,} bytes; {advice}"
        raise InvalidRequest(message, field="recipe")
    return canonical
