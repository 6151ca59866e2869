"""Reading an animation's frames from a multipart body: bounded, counted, never on the disk."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.api.bodies import counted
from app.errors import InvalidRequest, LimitExceeded, UnsupportedImage
from app.takeaway.animation import KINDS, AnimationLimits, Kind, check_count

FRAME: Final = "frame"
DELAYS: Final = "delays"
FORMAT: Final = "format"

# Frames come from the same page over a line that may be slow.
FRAMES_TIMEOUT_SECONDS: Final = 180.0
_MAX_HEADER_BYTES: Final = 16 * 1024
_MAX_VALUE_BYTES: Final = 16 * 1024
_AROUND_FRAME_BYTES: Final = 1024
_HINT: Final = (
    f'send PNG files in the field "{FRAME}", milliseconds in "{DELAYS}" and one of '
    f'{", ".join(KINDS)} in "{FORMAT}" as multipart/form-data'
)


@dataclass
class Frames:
    """What a body holds, collected part by part."""

    limits: AnimationLimits
    frames: list[bytes] = field(default_factory=list)
    values: dict[str, bytes] = field(default_factory=dict)
    is_complete: bool = False
    _name: str = ""
    _part: bytearray = field(default_factory=bytearray)
    _header: bytearray = field(default_factory=bytearray)
    _content: bytearray = field(default_factory=bytearray)

    def parser(self, boundary: bytes) -> MultipartParser:
        """Make a parser that fills this object."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._collect_header,
                "on_header_value": self._collect_content,
                "on_header_end": self._end_header,
                "on_part_data": self._collect_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
            max_header_size=_MAX_HEADER_BYTES,
        )

    def _begin(self) -> None:
        self._name = ""
        self._part = bytearray()

    def _collect_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _collect_content(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._content))
            self._name = options.get(b"name", b"").decode(errors="replace")
        self._header.clear()
        self._content.clear()

    def _collect_data(self, data: bytes, start: int, end: int) -> None:
        if self._name not in (FRAME, DELAYS, FORMAT):
            return
        self._part += data[start:end]
        if self._name != FRAME and len(self._part) > _MAX_VALUE_BYTES:
            message = f"The field {self._name} is longer than {_MAX_VALUE_BYTES:,} bytes."
            raise InvalidRequest(message, field=self._name)

    def _end_part(self) -> None:
        if self._name == FRAME:
            check_count(len(self.frames) + 1, self.limits)
            self.frames.append(bytes(self._part))
        elif self._name in (DELAYS, FORMAT):
            self.values[self._name] = bytes(self._part)

    def _end(self) -> None:
        self.is_complete = True

    @property
    def kind(self) -> Kind:
        """Which kind of file is wanted.

        Raises
        ------
        InvalidRequest
            If it is none that can be written.
        """
        wanted = self.values.get(FORMAT, b"gif").decode(errors="replace").strip()
        for kind in KINDS:
            if wanted == kind:
                return kind
        message = f"format is {wanted[:40]!r}; {', '.join(KINDS)} work."
        raise InvalidRequest(message, field=FORMAT, allowed=list(KINDS))

    @property
    def delays_ms(self) -> list[int]:
        """How long the frames are shown.

        Raises
        ------
        InvalidRequest
            If they are not whole numbers.
        """
        text = self.values.get(DELAYS, b"100").decode(errors="replace")
        parts = [part.strip() for part in text.split(",")]
        if not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in parts):
            message = f"delays is {text[:40]!r}; whole milliseconds separated by commas work."
            raise InvalidRequest(message, field=DELAYS)
        return [int(part) for part in parts]


async def read_frames(request: Request, *, limits: AnimationLimits, max_bytes: int) -> Frames:
    """Read the frames of an animation.

    Raises
    ------
    LimitExceeded
        As soon as there are too many frames or bytes.
    UnsupportedImage
        If the body is not multipart/form-data (415).
    InvalidRequest
        If it is malformed or ends too early.
    HTTPException
        If it takes longer than :data:`FRAMES_TIMEOUT_SECONDS` (408 ``body_timeout``).
    """
    given = request.headers.get("content-type", "")
    kind, options = parse_options_header(given)
    if kind != b"multipart/form-data":
        shown = f"'{given[:60]}'" if given else "missing"
        message = f"The content type is {shown}; {_HINT}."
        raise UnsupportedImage(message, field=FRAME, allowed="multipart/form-data")
    if not options.get(b"boundary"):
        raise _malformed("its content type has no boundary")
    frames = Frames(limits)
    most = max_bytes + limits.max_frames * _AROUND_FRAME_BYTES
    try:
        async with asyncio.timeout(FRAMES_TIMEOUT_SECONDS):
            parser = frames.parser(options[b"boundary"])
            async for part in counted(request, max_bytes=most, refusal=lambda: _large(max_bytes)):
                parser.write(part)
    except TimeoutError as error:
        raise HTTPException(408) from error
    except FormParserError as error:
        raise _malformed("a part or its header is not as it should be") from error
    except ClientDisconnect as error:
        # Nobody is there to read the answer, but the log should not show a failure.
        raise _malformed("it was broken off") from error
    if not frames.is_complete:
        raise _malformed("it ends too early")
    return frames


def _large(max_bytes: int) -> LimitExceeded:
    message = (
        f"The frames have more than {max_bytes:,} bytes; choose a smaller size, fewer rows or a "
        "higher speed."
    )
    return LimitExceeded(message, field=FRAME, allowed={"maximum": max_bytes})


def _malformed(reason: str) -> InvalidRequest:
    return InvalidRequest(f"The body cannot be read: {reason}; {_HINT}.", field=FRAME)
