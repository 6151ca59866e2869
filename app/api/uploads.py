"""Reading an uploaded file: bytes are counted while they arrive, and never touch the disk."""

from __future__ import annotations

import asyncio

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.api.bodies import counted
from app.errors import InvalidRequest, UnsupportedImage
from app.images import faults
from app.images.limits import DecodeLimits

FIELD = "file"

# A photo over a slow mobile connection takes a minute; longer holds memory for nothing.
UPLOAD_TIMEOUT_SECONDS = 120.0

# Boundaries, part headers and a few small fields around the file.
_AROUND_FILE_BYTES = 64 * 1024
_MAX_HEADER_BYTES = 16 * 1024
_MAX_PARTS = 8

_HINT = f'send the picture as multipart/form-data in the field "{FIELD}"'


class Upload:
    """The one file of a multipart body, collected part by part.

    Starlette's own form parser writes files above one megabyte to the disk and leaves them open
    when a body ends too early; this one keeps bounded bytes in memory.

    Attributes
    ----------
    name : str
        What the sender called the file.
    """

    def __init__(self) -> None:
        self.name = ""
        self._file: bytearray | None = None
        self._parts = 0
        self._in_file = False
        self._is_complete = False
        self._field = bytearray()
        self._value = bytearray()

    @property
    def data(self) -> bytes:
        """The whole file.

        Raises
        ------
        InvalidRequest
            If the body had none, or ended within it.
        """
        if not self._is_complete:
            raise _malformed("it ends too early")
        if self._file is None:
            raise InvalidRequest(f"There is no file in the body; {_HINT}.", field=FIELD)
        return bytes(self._file)

    def parser(self, boundary: bytes) -> MultipartParser:
        """Make a parser that fills this object."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._collect_field,
                "on_header_value": self._collect_value,
                "on_header_end": self._end_header,
                "on_part_data": self._collect_data,
                "on_end": self._end,
            },
            max_header_size=_MAX_HEADER_BYTES,
        )

    def _begin_part(self) -> None:
        self._parts += 1
        self._in_file = False
        if self._parts > _MAX_PARTS:
            raise _malformed(f"it has more than {_MAX_PARTS} parts")

    def _collect_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _collect_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._field.lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            if options.get(b"name") == FIELD.encode() and b"filename" in options:
                self._begin_file(options[b"filename"])
        self._field.clear()
        self._value.clear()

    def _begin_file(self, name: bytes) -> None:
        if self._file is not None:
            message = f'There are several files in the field "{FIELD}"; send one at a time.'
            raise InvalidRequest(message, field=FIELD)
        self._file = bytearray()
        self._in_file = True
        self.name = name.decode(errors="replace")

    def _collect_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file and self._file is not None:
            self._file += data[start:end]

    def _end(self) -> None:
        self._is_complete = True


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
    given = request.headers.get("content-type", "")
    kind, options = parse_options_header(given)
    if kind != b"multipart/form-data":
        shown = f"'{given[:60]}'" if given else "missing"
        message = f"The content type is {shown}; {_HINT}."
        raise UnsupportedImage(message, field=FIELD, allowed="multipart/form-data")
    if not options.get(b"boundary"):
        raise _malformed("its content type has no boundary")
    upload = Upload()
    try:
        async with asyncio.timeout(UPLOAD_TIMEOUT_SECONDS):
            parser = upload.parser(options[b"boundary"])
            async for part in counted(
                request,
                max_bytes=limits.max_bytes + _AROUND_FILE_BYTES,
                refusal=lambda: faults.too_large(limits).refusal("This file", limits=limits),
            ):
                parser.write(part)
    except TimeoutError as error:
        raise HTTPException(408) from error
    except FormParserError as error:
        raise _malformed("a part or its header is not as it should be") from error
    except ClientDisconnect as error:
        # Nobody is there to read the answer, but the log should not show a failure.
        raise _malformed("it was broken off") from error
    return upload


def _malformed(reason: str) -> InvalidRequest:
    return InvalidRequest(f"The body cannot be read: {reason}; {_HINT}.", field=FIELD)
