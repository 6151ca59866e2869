"""Reading multipart bodies: bytes are counted while they arrive, and never touch the disk.

Starlette's own form parser writes files above one megabyte to the disk and leaves them open when a
body ends too early; this one hands every piece to a collector that keeps bounded bytes in memory.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Final

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.api.bodies import counted
from app.errors import InvalidRequest, LimitExceeded, UnsupportedImage

_MAX_HEADER_BYTES: Final = 16 * 1024


class Parts(ABC):
    """What a body holds, collected part by part; says in its own words what is wrong with it.

    Parameters
    ----------
    field : str
        The field that refusals name.
    hint : str
        What would work, to go on after "; ".
    """

    def __init__(self, *, field: str, hint: str) -> None:
        self._field_of_refusals = field
        self._hint = hint
        self._header = bytearray()
        self._value = bytearray()
        self.is_complete = False

    @abstractmethod
    def begin(self) -> None:
        """Note that a part begins; its header is still to come."""

    @abstractmethod
    def name(self, options: Mapping[bytes, bytes]) -> None:
        """Take what the part is called: the options of its content disposition."""

    @abstractmethod
    def collect(self, data: bytes) -> None:
        """Take the next bytes of the part."""

    @abstractmethod
    def finish(self) -> None:
        """Note that the part is whole."""

    def malformed(self, reason: str) -> InvalidRequest:
        """Make a refusal of a body that cannot be read."""
        message = f"The body cannot be read: {reason}; {self._hint}."
        return InvalidRequest(message, field=self._field_of_refusals)

    def foreign(self, given: str) -> UnsupportedImage:
        """Make a refusal of a body of another content type."""
        shown = f"'{given[:60]}'" if given else "missing"
        return UnsupportedImage(
            f"The content type is {shown}; {self._hint}.",
            field=self._field_of_refusals,
            allowed="multipart/form-data",
        )

    def parser(self, boundary: bytes) -> MultipartParser:
        """Make a parser that fills this object."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self.begin,
                "on_header_field": self._collect_header,
                "on_header_value": self._collect_value,
                "on_header_end": self._end_header,
                "on_part_data": lambda data, start, end: self.collect(data[start:end]),
                "on_part_end": self.finish,
                "on_end": self._end,
            },
            max_header_size=_MAX_HEADER_BYTES,
        )

    def _collect_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _collect_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self.name(options)
        self._header.clear()
        self._value.clear()

    def _end(self) -> None:
        self.is_complete = True


async def read_parts(
    request: Request,
    parts: Parts,
    *,
    max_bytes: int,
    refusal: Callable[[], LimitExceeded],
    timeout_seconds: float,
) -> None:
    """Read a multipart body into ``parts``.

    Parameters
    ----------
    request : Request
        Whose body it is.
    parts : Parts
        Filled while the body arrives.
    max_bytes : int
        Most bytes of the whole body.
    refusal : callable
        Makes the error for more than that.
    timeout_seconds : float
        How long the body may take.

    Raises
    ------
    LimitExceeded
        As soon as the announced or the received bytes exceed the limit (413 ``too_large``).
    UnsupportedImage
        If the body is not multipart/form-data (415).
    InvalidRequest
        If it is malformed or ends too early (422).
    HTTPException
        If it takes longer than ``timeout_seconds`` (408 ``body_timeout``).
    """
    given = request.headers.get("content-type", "")
    kind, options = parse_options_header(given)
    if kind != b"multipart/form-data":
        raise parts.foreign(given)
    if not options.get(b"boundary"):
        raise parts.malformed("its content type has no boundary")
    try:
        async with asyncio.timeout(timeout_seconds):
            parser = parts.parser(options[b"boundary"])
            async for piece in counted(request, max_bytes=max_bytes, refusal=refusal):
                parser.write(piece)
    except TimeoutError as error:
        raise HTTPException(408) from error
    except FormParserError as error:
        raise parts.malformed("a part or its header is not as it should be") from error
    except ClientDisconnect as error:
        # Nobody is there to read the answer, but the log should not show a failure.
        raise parts.malformed("it was broken off") from error
    if not parts.is_complete:
        raise parts.malformed("it ends too early")
