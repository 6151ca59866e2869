"""Scripts and styles of the page, from memory, compressed once; some are several files joined.

Every visit asks for some forty of them. Starlette's ``StaticFiles`` takes three thread hops and
a fresh compression for each, 1.5 ms; this takes a ``stat`` and 0.4 ms, both measured from a client.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import etag_of, not_modified

# Kept by browsers, but asked about before every use: without it they guess how long a script is
# fresh, and mix versions of modules.
CACHE_CONTROL = "no-cache"
_WORTH_COMPRESSING = 600

Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Asset:
    """One answer as it is sent.

    Attributes
    ----------
    stamp : tuple of tuple of int
        Time of change and size of each file that was read.
    body, compressed : bytes
        Plain, and as gzip; ``compressed`` is empty where it would not pay.
    media_type, etag : str
        Headers.
    """

    stamp: Stamp
    body: bytes
    compressed: bytes
    media_type: str
    etag: str


class Assets:
    """Answers with the files of a folder, reading each again when it has changed.

    Parameters
    ----------
    root : Path
        The folder; nothing outside of it is ever sent.
    joined : mapping of str to sequence of str, optional
        Names that are no file, and the files that are sent there, one after the other.
    """

    def __init__(self, root: Path, *, joined: Mapping[str, Sequence[str]] | None = None) -> None:
        self.root = root.resolve()
        self._joined = joined or {}
        self._assets: dict[tuple[Path, ...], Asset] = {}

    def answer(self, request: Request, name: str) -> Response:
        """Answer with one file, or 304.

        Raises
        ------
        HTTPException
            404, if there is no such file in the folder.
        """
        asset = self.find(name)
        held = not_modified(request, etag=asset.etag, cache_control=CACHE_CONTROL)
        if held:
            return held
        headers = {"ETag": asset.etag, "Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"}
        body = asset.body
        if asset.compressed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = asset.compressed
        return Response(body, media_type=asset.media_type, headers=headers)

    def find(self, name: str) -> Asset:
        """Read a file, or the files of a name, or find them in memory.

        Raises
        ------
        HTTPException
            404, if there is no such file in the folder.
        """
        files = [self._file(part) for part in self._joined.get(name, (name,))]
        paths = tuple(path for path, _ in files)
        stamp = tuple(changed for _, changed in files)
        asset = self._assets.get(paths)
        if asset is None or asset.stamp != stamp:
            asset = self._assets[paths] = _read(paths, stamp)
        return asset

    def _file(self, name: str) -> tuple[Path, tuple[int, int]]:
        try:
            path = (self.root / name).resolve()
            status = path.stat()
            if not path.is_relative_to(self.root) or not path.is_file():
                raise HTTPException(404)
        except (OSError, ValueError) as error:
            raise HTTPException(404) from error
        return path, (status.st_mtime_ns, status.st_size)


def _read(paths: tuple[Path, ...], stamp: Stamp) -> Asset:
    body = b"".join(path.read_bytes() for path in paths)
    media_type = mimetypes.guess_type(paths[0].name)[0] or "application/octet-stream"
    is_text = media_type.startswith("text/") or media_type in ("application/json", "image/svg+xml")
    is_worth_it = is_text and len(body) >= _WORTH_COMPRESSING
    return Asset(
        stamp=stamp,
        body=body,
        compressed=gzip.compress(body, 9, mtime=0) if is_worth_it else b"",
        media_type=media_type,
        etag=etag_of(body),
    )
