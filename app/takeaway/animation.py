"""Frames into one moving picture: GIF, animated WebP or APNG.

The page draws the frames; here they are only put together, by Pillow. Frames are decoded one by
one while the file is written, so that all of them are never in memory at once.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from PIL import Image

from app.errors import DamagedImage, InvalidRequest, LimitExceeded, UnsupportedImage

Kind = Literal["gif", "webp", "apng"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MEDIA_TYPES: Final = {"gif": "image/gif", "webp": "image/webp", "apng": "image/apng"}
#: How long one frame may be shown; below, programs slow a GIF down as they like.
DELAYS_MS: Final = (20, 10_000)

_PNG_START: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PALETTE_FRAMES: Final = 6
_EXACT_COLOURS: Final = 112
# Drawings have some thousands of colours. Choosing among millions would take minutes.
_MOST_COLOURS: Final = 2**16
_GIF_UNIT_MS: Final = 10


@dataclass(frozen=True, kw_only=True)
class AnimationLimits:
    """What one animation may take.

    Attributes
    ----------
    max_frames : int
    max_pixels : int
        Of all frames together.
    """

    max_frames: int
    max_pixels: int


def encode_animation(
    frames: Sequence[bytes], *, delays_ms: Sequence[int], kind: Kind, limits: AnimationLimits
) -> bytes:
    """Put PNG frames together.

    Parameters
    ----------
    frames : Sequence of bytes
        PNG files of one size, at least two.
    delays_ms : Sequence of int
        How long each frame is shown; as many as frames, or one for all.
    kind : {"gif", "webp", "apng"}
        GIF has 256 colours for all frames, the others are exact.
    limits : AnimationLimits
        How much is allowed.

    Returns
    -------
    bytes
        The file; it repeats for ever. Frames that are equal to the one before only prolong it.

    Raises
    ------
    InvalidRequest
        If delays and frames do not fit together, or sizes differ.
    LimitExceeded
        If there are too many frames or pixels.
    UnsupportedImage, DamagedImage
        If a frame is no PNG, or cannot be decoded.

    Examples
    --------
    >>> def frame(colour):
    ...     file = io.BytesIO()
    ...     Image.new("RGB", (4, 2), colour).save(file, "PNG")
    ...     return file.getvalue()
    >>> limits = AnimationLimits(max_frames=10, max_pixels=100)
    >>> data = encode_animation(
    ...     [frame("red"), frame("blue")], delays_ms=[100], kind="gif", limits=limits
    ... )
    >>> Image.open(io.BytesIO(data)).n_frames
    2
    """
    delays = _checked_delays(delays_ms, len(frames))
    _check(frames, limits)
    file = io.BytesIO()
    if kind == "gif":
        images = _Frames(frames, palette=_palette(frames))
        delays = [_GIF_UNIT_MS * max(2, round(delay / _GIF_UNIT_MS)) for delay in delays]
        options: dict[str, Any] = {"format": "GIF", "disposal": 1, "optimize": False}
    elif kind == "webp":
        images = _Frames(frames)
        options = {"format": "WEBP", "lossless": True, "quality": 20, "method": 0}
    else:
        images = _Frames(frames)
        options = {"format": "PNG", "compress_level": 6, "default_image": False}
    rest = images.after_first()
    images.at(0).save(file, save_all=True, append_images=rest, duration=delays, loop=0, **options)
    return file.getvalue()


def _checked_delays(delays_ms: Sequence[int], count: int) -> list[int]:
    least, most = DELAYS_MS
    if len(delays_ms) not in (1, count):
        message = f"There are {len(delays_ms)} delays for {count} frames; give one for each, or one"
        raise InvalidRequest(f"{message} for all.", field="delays")
    for delay in delays_ms:
        if not least <= delay <= most:
            message = f"A delay is {delay} ms; {least} to {most:,} ms work."
            allowed = {"minimum": least, "maximum": most}
            raise InvalidRequest(message, field="delays", allowed=allowed)
    return list(delays_ms) if len(delays_ms) == count else list(delays_ms) * count


def _check(frames: Sequence[bytes], limits: AnimationLimits) -> None:
    """Refuse by number and size, before anything is decoded."""
    check_count(len(frames), limits)
    if len(frames) < 2:
        message = f"An animation has at least two frames; this one has {len(frames)}."
        raise InvalidRequest(message, field="frame", allowed={"minimum": 2})
    width, height = _size_of(frames[0], 1)
    for number, data in enumerate(frames[1:], start=2):
        size = _size_of(data, number)
        if size != (width, height):
            message = (
                f"Frame {number} has {size[0]} × {size[1]} pixels, frame 1 has {width} × {height}; "
                "all frames need the same size."
            )
            raise InvalidRequest(message, field="frame")
    pixels = width * height * len(frames)
    if pixels > limits.max_pixels:
        message = (
            f"{len(frames)} frames of {width} × {height} are {pixels:,} pixels; at most "
            f"{limits.max_pixels:,} work. Choose a smaller size, fewer rows or a higher speed."
        )
        allowed = {"maximum": limits.max_pixels}
        raise LimitExceeded(message, code="too_much_work", field="frame", allowed=allowed)


def check_count(count: int, limits: AnimationLimits) -> None:
    """Refuse more frames than are allowed.

    Raises
    ------
    LimitExceeded
        With code ``too_much_work``.
    """
    if count > limits.max_frames:
        message = (
            f"There are more than {limits.max_frames} frames; choose fewer rows or a higher speed."
        )
        allowed = {"maximum": limits.max_frames}
        raise LimitExceeded(message, code="too_much_work", field="frame", allowed=allowed)


def _size_of(data: bytes, number: int) -> tuple[int, int]:
    """Read width and height from where every PNG has them."""
    if not data.startswith(_PNG_START) or len(data) < len(_PNG_START) + 8:
        message = f"Frame {number} is not a PNG file; PNG works."
        raise UnsupportedImage(message, field="frame", allowed="image/png")
    width, height = struct.unpack(">II", data[len(_PNG_START) : len(_PNG_START) + 8])
    if width < 1 or height < 1:
        raise _damaged(number)
    return width, height


class _Frames:
    """Frames that are decoded when they are asked for: Pillow goes through them more than once."""

    def __init__(
        self, files: Sequence[bytes], *, palette: Image.Image | None = None, start: int = 0
    ) -> None:
        self._files = files
        self._palette = palette
        self._start = start

    def __iter__(self) -> Iterator[Image.Image]:
        for index in range(self._start, len(self._files)):
            yield self.at(index)

    def after_first(self) -> _Frames:
        """Give all but the first."""
        return _Frames(self._files, palette=self._palette, start=1)

    def at(self, index: int) -> Image.Image:
        """Decode one, in the colours of the palette where there is one."""
        image = _decode(self._files, index)
        if self._palette is None:
            return image
        return image.quantize(palette=self._palette, dither=Image.Dither.NONE)


def _decode(files: Sequence[bytes], index: int) -> Image.Image:
    """Decode one frame, without transparency."""
    try:
        with Image.open(io.BytesIO(files[index]), formats=["PNG"]) as image:
            # A second header would replace the one whose size has been checked.
            if image.size != _size_of(files[index], index + 1):
                raise _damaged(index + 1)
            return image.convert("RGB")
    except Exception as error:  # Pillow raises a dozen kinds, each for some damage.
        raise _damaged(index + 1) from error


def _damaged(number: int) -> DamagedImage:
    return DamagedImage(f"Frame {number} cannot be decoded; send it again.", field="frame")


def _palette(frames: Sequence[bytes]) -> Image.Image:
    """Choose 256 colours for all frames: what does not move does not flicker."""
    last = len(frames) - 1
    parts = range(_PALETTE_FRAMES)
    chosen = sorted({round(part * last / (_PALETTE_FRAMES - 1)) for part in parts})
    samples = [_decode(frames, index) for index in chosen]
    width, height = samples[0].size
    strip = Image.new("RGB", (width, height * len(samples)))
    for place, sample in enumerate(samples):
        strip.paste(sample, (0, height * place))
    return _palette_of(strip)


def _palette_of(strip: Image.Image) -> Image.Image:
    """Keep the commonest colours exactly: grounds, lines and letters; the others share the rest."""
    counted = strip.getcolors(_MOST_COLOURS) or _thinned(strip).getcolors(_MOST_COLOURS) or []
    colours = [(count, colour) for count, colour in counted if isinstance(colour, tuple)]
    colours.sort(reverse=True)
    flat = bytes(part for _, colour in colours[:_EXACT_COLOURS] for part in colour)
    rest = b"".join(bytes(colour) * math.isqrt(count) for count, colour in colours[_EXACT_COLOURS:])
    if rest:
        chart = Image.frombytes("RGB", (len(rest) // 3, 1), rest)
        shared = chart.quantize(256 - _EXACT_COLOURS, Image.Quantize.MEDIANCUT, kmeans=1)
        flat += bytes(shared.getpalette() or [])[: 3 * (256 - _EXACT_COLOURS)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(flat + flat[-3:] * (256 - len(flat) // 3))
    return palette


def _thinned(strip: Image.Image) -> Image.Image:
    """Leave out pixels, evenly, until there cannot be too many colours."""
    scale = math.sqrt(_MOST_COLOURS / (strip.width * strip.height))
    width = min(strip.width, max(1, int(strip.width * scale)))
    height = min(strip.height, max(1, _MOST_COLOURS // width))
    return strip.resize((width, height), Image.Resampling.NEAREST)
