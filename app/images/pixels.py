"""Every kind of pixel as one of three plain kinds: grey bytes, RGB bytes, or grey floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.images.containers.container import Container
from app.images.faults import Damaged

FloatArray = npt.NDArray[np.float32]

GREY, RGB, FLOAT = "L", "RGB", "F"

_GREY_MODES = frozenset({"1", "L", "LA", "La"})
_CONVERTED_FIRST = {"La": "LA", "RGBa": "RGBA", "PA": "RGBA", "P": "RGBA", "1": "LA", "L": "LA"}


def plain(image: Image.Image, *, container: Container) -> Image.Image:
    """Convert decoded pixels without clipping anything.

    Transparency is laid over white. Integers of more than 8 bits are divided by the largest
    value of their type; 32-bit integers and floats are left alone when they lie within
    [0, 1], and otherwise stretched from their smallest to their largest value.

    Parameters
    ----------
    image : Image
        As Pillow decoded it, in any mode.
    container : Container
        What the file says about its samples.

    Returns
    -------
    Image
        Mode ``L`` or ``RGB`` (0 to 255), or ``F`` (0 to 1).

    Raises
    ------
    Damaged
        If a float picture has values that are not numbers.
    """
    if image.mode == "F" or image.mode.startswith("I"):
        return Image.fromarray(_scaled(image, container=container))
    if image.has_transparency_data:
        return _over_white(image)
    target = GREY if image.mode in _GREY_MODES else RGB
    return image if image.mode == target else image.convert(target)


def _over_white(image: Image.Image) -> Image.Image:
    """Blend by the alpha channel with a white page."""
    layered = image
    if layered.mode not in {"LA", "RGBA"}:
        layered = layered.convert(_CONVERTED_FIRST.get(layered.mode, "RGBA"))
    target = GREY if layered.mode == "LA" else RGB
    page = Image.new(target, layered.size, "white")
    page.paste(layered.convert(target), mask=layered.getchannel("A"))
    return page


def _scaled(image: Image.Image, *, container: Container) -> FloatArray:
    """Bring samples of more than 8 bits into [0, 1]."""
    samples = np.asarray(image)
    if image.mode.startswith("I;16"):
        scaled: FloatArray = samples.astype(np.float32)
        scaled /= 2**container.bits - 1
        key = image.info.get("transparency")
        if isinstance(key, int):
            scaled[samples == key] = 1.0
    elif image.mode == "I" and container.bits == 16 and container.is_signed:
        scaled = samples.astype(np.float32)
        scaled = (scaled + np.float32(32768)) / np.float32(65535)
    else:
        wide = samples
        if image.mode == "I" and not container.is_signed:
            wide = samples.view(np.uint32)
        scaled = _stretched(wide)
    if container.is_inverted:
        np.subtract(1, scaled, out=scaled)
    return scaled


def _stretched(samples: npt.NDArray[Any]) -> FloatArray:
    """Move values outside [0, 1] into it, keeping their proportions."""
    is_float = samples.dtype.kind == "f"
    # Integers of 32 bits need float64 to stay exact; floats stay as they are, to save memory.
    values: npt.NDArray[Any] = samples.astype(np.float32 if is_float else np.float64)
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(low) or not np.isfinite(high):
        raise Damaged(
            "contains values that are not numbers (NaN or infinity)",
            "Replace them, or export it as PNG, and try again.",
        )
    if 0 <= low and high <= 1:
        return values.astype(np.float32, copy=False)
    values /= _HEADROOM
    values -= values.min()
    span = values.max()
    if span == 0:
        return np.full(values.shape, 0.5, np.float32)
    values /= span
    return values.astype(np.float32, copy=False)


# A power of two, so that the difference of the largest floats is a float again.
_HEADROOM = 4
