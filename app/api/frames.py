"""Reading an animation's frames from a multipart body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request

from app.api.multipart import Parts, read_parts
from app.errors import InvalidRequest, LimitExceeded
from app.takeaway.animation import KINDS, AnimationLimits, Kind, check_count

FRAME: Final = "frame"
DELAYS: Final = "delays"
FORMAT: Final = "format"

# Frames come from the same page over a line that may be slow.
FRAMES_TIMEOUT_SECONDS: Final = 180.0
_MAX_VALUE_BYTES: Final = 16 * 1024
_AROUND_FRAME_BYTES: Final = 1024
_HINT: Final = (
    f'send PNG files in the field "{FRAME}", milliseconds in "{DELAYS}" and one of '
    f'{", ".join(KINDS)} in "{FORMAT}" as multipart/form-data'
)


class Frames(Parts):
    """The frames of a multipart body, and what it says of them.

    Attributes
    ----------
    frames : list of bytes
        Files, in the order in which they came.
    """

    def __init__(self, limits: AnimationLimits) -> None:
        super().__init__(field=FRAME, hint=_HINT)
        self.limits = limits
        self.frames: list[bytes] = []
        self._values: dict[str, bytes] = {}
        self._name = ""
        self._part = bytearray()

    def begin(self) -> None:
        """Begin a part without a name."""
        self._name = ""
        self._part = bytearray()

    def name(self, options: Mapping[bytes, bytes]) -> None:
        """Take the name of the part."""
        self._name = options.get(b"name", b"").decode(errors="replace")

    def collect(self, data: bytes) -> None:
        """Keep the bytes of frames and of short values; those of other fields are dropped."""
        if self._name not in (FRAME, DELAYS, FORMAT):
            return
        self._part += data
        if self._name != FRAME and len(self._part) > _MAX_VALUE_BYTES:
            message = f"The field {self._name} is longer than {_MAX_VALUE_BYTES:,} bytes."
            raise InvalidRequest(message, field=self._name)

    def finish(self) -> None:
        """Keep the part."""
        if self._name == FRAME:
            check_count(len(self.frames) + 1, self.limits)
            self.frames.append(bytes(self._part))
        elif self._name in (DELAYS, FORMAT):
            self._values[self._name] = bytes(self._part)

    @property
    def kind(self) -> Kind:
        """Which kind of file is wanted.

        Raises
        ------
        InvalidRequest
            If it is none that can be written.
        """
        wanted = self._values.get(FORMAT, b"gif").decode(errors="replace").strip()
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
        text = self._values.get(DELAYS, b"100").decode(errors="replace")
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
    InvalidRequest, UnsupportedImage, HTTPException
        As :func:`app.api.multipart.read_parts`.
    """
    frames = Frames(limits)
    await read_parts(
        request,
        frames,
        max_bytes=max_bytes + limits.max_frames * _AROUND_FRAME_BYTES,
        refusal=lambda: _large(max_bytes),
        timeout_seconds=FRAMES_TIMEOUT_SECONDS,
    )
    return frames


def _large(max_bytes: int) -> LimitExceeded:
    message = (
        f"The frames have more than {max_bytes:,} bytes; choose a smaller size, fewer rows or a "
        "higher speed."
    )
    return LimitExceeded(message, field=FRAME, allowed={"maximum": max_bytes})
