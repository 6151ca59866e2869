"""How much work one uploaded picture may cause."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class DecodeLimits:
    """Bounds that are checked before a picture is decoded.

    Parameters
    ----------
    max_bytes : int
        Largest file.
    max_pixels : int
        Most pixels (width times height) that the file may announce.
    max_jpeg_scans : int
        Most scans of a progressive JPEG; each one walks over the whole picture.
    max_frames : int
        Most frames or pages, although only the first one is used.
    max_side : int
        Longest side, in pixels, of the forms that are kept in memory.

    Examples
    --------
    >>> DecodeLimits().max_pixels
    50000000
    """

    max_bytes: int = 10 * MEBIBYTE
    max_pixels: int = 50_000_000
    max_jpeg_scans: int = 100
    max_frames: int = 1000
    max_side: int = 1024
