"""A decoded picture, and the small float32 arrays that runs work on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.images.pixels import FLOAT, GREY, FloatArray

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
Fit = Literal["crop", "fit"]
Color = Literal["rgb", "grey"]
Quantize = Literal["hundredths", "exact"]

_LEVELS = np.arange(256, dtype=np.float64) / 255
_LEVEL_VALUES = {
    "hundredths": (np.round(_LEVELS * 100) / 100).astype(np.float32),
    "exact": _LEVELS.astype(np.float32),
}

# An edit of a filter asks for the same array again; two of 384 x 384 RGB are worth keeping.
_KEPT_ARRAYS = 2
_KEPT_BYTES = 3 * 384 * 384 * 4


@dataclass(frozen=True, eq=False, kw_only=True)
class Picture:
    """A picture in the two forms that a recipe can ask for, both at most ``max_side`` long.

    Parameters
    ----------
    id : str
        SHA-256 of the file, as 64 hexadecimal digits.
    width, height : int
        Pixels of the picture as decoded and turned upright, before it is reduced.
    whole, square : ndarray
        All of it, and the square in its middle: uint8 (H, W) or (H, W, 3), or float32 (H, W)
        in [0, 1] for files with more than 8 bits.
    """

    id: str
    width: int
    height: int
    whole: Pixels = field(repr=False)
    square: Pixels = field(repr=False)
    _arrays: OrderedDict[tuple[object, ...], FloatArray] = field(
        default_factory=OrderedDict, init=False, repr=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def channels(self) -> int:
        """1 for grey, 3 for red, green and blue."""
        return 3 if self.whole.ndim == 3 else 1

    @property
    def nbytes(self) -> int:
        """Most bytes that the picture ever occupies, kept working arrays included."""
        square = 0 if self.square is self.whole else self.square.nbytes
        return self.whole.nbytes + square + _KEPT_ARRAYS * _KEPT_BYTES

    def working(
        self,
        size: int | None = None,
        fit: Fit = "crop",
        color: Color = "rgb",
        quantize: Quantize = "hundredths",
        max_side: int = 1024,
    ) -> FloatArray:
        """Give the array that a run starts from.

        Parameters
        ----------
        size : int, optional
            Longest side in cells; None keeps the original up to ``max_side``. Pictures are
            reduced (Lanczos), never enlarged.
        fit : {"crop", "fit"}
            The square in the middle, or everything in its own proportions.
        color : {"rgb", "grey"}
            Three channels (equal ones for a grey picture), or one: the luma of ITU-R BT.601.
        quantize : {"hundredths", "exact"}
            Round to hundredths, so that printed numbers are the computed ones, or keep all.
        max_side : int
            Upper bound of ``size``.

        Returns
        -------
        FloatArray
            (C, H, W) in [0, 1], read-only.

        Examples
        --------
        >>> pixels = np.full((4, 6), 128, np.uint8)
        >>> picture = Picture(id="0" * 64, width=6, height=4, whole=pixels, square=pixels[:, 1:5])
        >>> picture.working(2).shape, float(picture.working(2, color="grey").max())
        ((3, 2, 2), 0.5)
        """
        key = (size, fit, color, quantize, max_side)
        with self._lock:
            if key in self._arrays:
                self._arrays.move_to_end(key)
                return self._arrays[key]
        array = self._compute(min(size or max_side, max_side), fit, color, quantize)
        if array.nbytes <= _KEPT_BYTES:
            with self._lock:
                self._arrays[key] = array
                while len(self._arrays) > _KEPT_ARRAYS:
                    self._arrays.popitem(last=False)
        return array

    def _compute(self, side: int, fit: Fit, color: Color, quantize: Quantize) -> FloatArray:
        image = reduced(Image.fromarray(self.square if fit == "crop" else self.whole), side)
        if color == "grey" and image.mode != FLOAT:
            image = image.convert(GREY)
        pixels = np.asarray(image)
        if image.mode != FLOAT:
            values = _LEVEL_VALUES[quantize][pixels]
        elif quantize == "hundredths":
            values = (np.round(pixels.astype(np.float64) * 100) / 100).astype(np.float32)
        else:
            values = pixels.astype(np.float32)
        planes = values[np.newaxis] if values.ndim == 2 else np.moveaxis(values, 2, 0)
        if color == "rgb" and len(planes) == 1:
            planes = np.repeat(planes, 3, axis=0)
        array = np.ascontiguousarray(planes)
        array.flags.writeable = False
        return array

    def png(self, side: int | None = None, *, fit: Fit = "fit") -> bytes:
        """Write the picture as an 8-bit PNG for showing.

        Parameters
        ----------
        side : int, optional
            Longest side in pixels; None for the largest form kept.
        fit : {"crop", "fit"}
            As in :meth:`working`.

        Returns
        -------
        bytes
            A PNG file without metadata.
        """
        pixels = self.square if fit == "crop" else self.whole
        image = Image.fromarray(pixels)
        image = reduced(image, side or max(image.size))
        if image.mode == FLOAT:
            image = Image.fromarray(np.round(np.asarray(image) * 255).astype(np.uint8))
        stream = BytesIO()
        image.save(stream, "PNG", optimize=True)
        return stream.getvalue()


def from_image(image: Image.Image, *, id: str, max_side: int) -> Picture:
    """Keep a plain, upright image in its two forms.

    Parameters
    ----------
    image : Image
        Mode ``L``, ``RGB`` or ``F`` in [0, 1].
    id : str
        Name of the picture.
    max_side : int
        Longest side of the forms.
    """
    whole = np.asarray(reduced(image, max_side))
    side = min(image.size)
    square = whole
    if image.width != image.height:
        left, top = (image.width - side) // 2, (image.height - side) // 2
        square = np.asarray(reduced(image.crop((left, top, left + side, top + side)), max_side))
    return Picture(id=id, width=image.width, height=image.height, whole=whole, square=square)


def reduced(image: Image.Image, side: int) -> Image.Image:
    """Reduce an image so that its longest side is at most ``side``; never enlarge.

    Examples
    --------
    >>> reduced(Image.new("L", (300, 200)), 96).size
    (96, 64)
    """
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    smaller = image.resize((width, height), Image.Resampling.LANCZOS)
    if image.mode != FLOAT:
        return smaller
    # Lanczos weights are partly negative: beside an edge the sum leaves [0, 1]. Pillow clips
    # bytes by itself, floats it does not.
    return Image.fromarray(np.clip(np.asarray(smaller), 0, 1))
