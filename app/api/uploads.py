"""Reading the one file of an upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request

from app.api.multipart import Parts, read_parts
from app.errors import InvalidRequest
from app.images import faults
from app.images.limits import DecodeLimits

FIELD: Final = "file"

# A photo over a slow mobile connection takes a minute; longer holds memory for nothing.
UPLOAD_TIMEOUT_SECONDS = 120.0

# Boundaries, part headers and a few small fields around the file.
_AROUND_FILE_BYTES: Final = 64 * 1024
_MAX_PARTS: Final = 8

_HINT: Final = f'send the picture as multipart/form-data in the field "{FIELD}"'


class Upload(Parts):
    """The one file of a multipart body.

    Attributes
    ----------
    filename : str
        What the sender called the file.
    """

    def __init__(self) -> None:
        super().__init__(field=FIELD, hint=_HINT)
        self.filename = ""
        self._file: bytearray | None = None
        self._parts = 0
        self._in_file = False

    @property
    def data(self) -> bytes:
        """The whole file.

        Raises
        ------
        InvalidRequest
            If the body had none.
        """
        if self._file is None:
            raise InvalidRequest(f"There is no file in the body; {_HINT}.", field=FIELD)
        return bytes(self._file)

    def begin(self) -> None:
        """Count the part."""
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise self.malformed(f"it has more than {_MAX_PARTS} parts")

    def name(self, options: Mapping[bytes, bytes]) -> None:
        """Begin the file, if this part is one."""
        if options.get(b"name") != FIELD.encode() or b"filename" not in options:
            return
        if self._file is not None:
            message = f'There are several files in the field "{FIELD}"; send one at a time.'
            raise InvalidRequest(message, field=FIELD)
        self._file = bytearray()
        self._in_file = True
        self.filename = options[b"filename"].decode(errors="replace")

    def collect(self, data: bytes) -> None:
        """Keep the bytes of the file; those of other fields are dropped."""
        if self._in_file and self._file is not None:
            self._file += data

    def finish(self) -> None:
        """Note that what follows is not of the file."""
        self._in_file = False


async def read_upload(request: Request, *, limits: DecodeLimits) -> Upload:
    """Read the one file of a multipart body.

    Raises
    ------
    LimitExceeded, UnsupportedImage, HTTPException
        As :func:`app.api.multipart.read_parts`.
    InvalidRequest
        If the body is malformed, or has several files in the field ``file`` (422).
    """
    upload = Upload()
    await read_parts(
        request,
        upload,
        max_bytes=limits.max_bytes + _AROUND_FILE_BYTES,
        refusal=lambda: faults.too_large(limits).refusal("This file", limits=limits),
        timeout_seconds=UPLOAD_TIMEOUT_SECONDS,
    )
    return upload
