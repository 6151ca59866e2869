"""Draws the teaching pictures of this folder: ``python sample_images/make_teaching_pictures.py``.

Every value is exact or far from a rounding boundary, so that each machine draws the same pixels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

GreyPicture = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float64]

SIDE = 48
LETTER_SIDE = 28
STRIPE_PERIOD = 8
NOISE_SEED = 7
ANGLES = (0, 22.5, 45, 67.5, 90, 112.5, 135, 157.5)


def _cells(side: int) -> tuple[Plane, Plane]:
    """Rows and columns of a square, measured from its middle."""
    axis = np.arange(side) - (side - 1) / 2
    rows, columns = np.meshgrid(axis, axis, indexing="ij")
    return rows, columns


def _grey(values: Plane) -> GreyPicture:
    """Turn brightness from 0 to 1 into bytes."""
    clipped: Plane = np.clip(values, 0, 1)
    return (255 * clipped + 0.5).astype(np.uint8)


def _stripes(angle: float) -> GreyPicture:
    """Draw waves whose crests run at an angle, in degrees, counted from horizontal upwards."""
    rows, columns = _cells(SIDE)
    turn = np.deg2rad(angle)
    across = rows * np.cos(turn) + columns * np.sin(turn)
    # Around 128, not 127.5: zero crossings must not sit between two bytes.
    wave: Plane = np.sin(2 * np.pi * across / STRIPE_PERIOD)
    return (128.5 + 127 * wave).astype(np.uint8)


def _letter_x() -> GreyPicture:
    rows, columns = _cells(LETTER_SIDE)
    falling, rising = np.abs(rows - columns), np.abs(rows + columns)
    stroke = 2.1 - np.minimum(falling, rising) / np.sqrt(2)
    inside = 9.6 - np.maximum(np.abs(rows), np.abs(columns))
    return _grey(np.minimum(stroke, inside))


def _letter_o() -> GreyPicture:
    rows, columns = _cells(LETTER_SIDE)
    distance = np.hypot(rows, columns * 1.2)
    return _grey(2.1 - np.abs(distance - 8.2))


def teaching_pictures() -> dict[str, GreyPicture]:
    """Draw all of them.

    Returns
    -------
    dict
        File name without ending -> grey picture, (48, 48) or (28, 28) for the letters.
    """
    rows, columns = _cells(SIDE)
    pixel = np.zeros((LETTER_SIDE, LETTER_SIDE), np.uint8)
    pixel[LETTER_SIDE // 2, LETTER_SIDE // 2] = 255
    noise = np.random.default_rng(NOISE_SEED).integers(0, 256, (SIDE, SIDE), np.uint8)
    checks = (np.indices((SIDE, SIDE)) // 6).sum(axis=0) % 2
    return {
        "pixel": pixel,
        "step": _grey((columns > 0).astype(np.float64)),
        **{f"stripes_{int(angle)}": _stripes(angle) for angle in ANGLES},
        "checkerboard": _grey(checks.astype(np.float64)),
        "disc": _grey(15.3 - np.hypot(rows, columns)),
        "ramp": _grey((columns + (SIDE - 1) / 2) / (SIDE - 1)),
        "letter_x": _letter_x(),
        "letter_o": _letter_o(),
        "noise": noise,
    }


def main() -> None:
    """Write the pictures beside this script."""
    folder = Path(__file__).parent
    for name, pixels in teaching_pictures().items():
        Image.fromarray(pixels).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
