"""The colour scales of the design, written a second time: what a drawn value must look like."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.browser.screens import Theme

Colours = npt.NDArray[np.uint8]

EXPONENT = 0.6
STOPS: dict[Theme, dict[str, tuple[str, ...]]] = {
    "light": {
        "negative": ("#F1F0ED", "#E1D4F3", "#B79BE2", "#845DC8", "#502A95"),
        "positive": ("#F1F0ED", "#F9D6BF", "#F7A378", "#E26333", "#AA2D14"),
    },
    "dark": {
        "negative": ("#222325", "#403365", "#6C4DAB", "#A781E4", "#E2C8FB"),
        "positive": ("#222325", "#623124", "#AD4F26", "#ED8641", "#FFD696"),
    },
}
DUOTONES = {
    "red": ("#140404", "#A83A30", "#FFD5CF"),
    "green": ("#031006", "#2F8243", "#CFF5D6"),
    "blue": ("#04081A", "#2F62BD", "#D2E2FF"),
}


def signed(values: npt.ArrayLike, *, peak: float, theme: Theme) -> Colours:
    """Colour signed values: ``t = min(1, |v| / peak) ** 0.6`` between five stops per sign.

    Parameters
    ----------
    values : array_like
        Any shape.
    peak : float
        The magnitude at the end of the scale; 0 paints everything neutral.

    Returns
    -------
    ndarray
        The shape of ``values`` and one more axis of 3: red, green, blue.
    """
    array = np.asarray(values, dtype=np.float64)
    share = np.minimum(1.0, np.abs(array) / peak) if peak > 0 else np.zeros_like(array)
    at = share**EXPONENT
    negative = between(at, STOPS[theme]["negative"])
    positive = between(at, STOPS[theme]["positive"])
    chosen: Colours = np.where((array < 0)[..., np.newaxis], negative, positive)
    return chosen


def duotone(values: npt.ArrayLike, *, channel: str) -> Colours:
    """Colour one channel of a picture, ``red``, ``green`` or ``blue``; values in [0, 1]."""
    return between(np.asarray(values, dtype=np.float64), DUOTONES[channel])


def grey(values: npt.ArrayLike) -> Colours:
    """Colour a picture of one channel: ``round(255 v)`` three times."""
    level = np.rint(255 * np.asarray(values, dtype=np.float64)).astype(np.uint8)
    return np.stack([level] * 3, axis=-1)


def between(at: npt.NDArray[np.float64], stops: tuple[str, ...]) -> Colours:
    """Interpolate linearly in sRGB between equally spaced stops; ``at`` in [0, 1]."""
    table = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops], float)
    position = np.linspace(0.0, 1.0, len(stops))
    parts = [np.interp(at, position, table[:, column]) for column in range(3)]
    colours: Colours = np.rint(np.stack(parts, axis=-1)).astype(np.uint8)
    return colours


def assert_alike(
    drawn: npt.NDArray[np.uint8],
    expected: Colours,
    *,
    typical: float = 0.25,
    largest: int = 2,
) -> None:
    """Fail unless a canvas shows these colours, one pixel per cell.

    Parameters
    ----------
    drawn : ndarray
        ``(H, W, 4)`` as read from a canvas; must be opaque.
    expected : ndarray
        ``(H, W, 3)``.
    typical, largest : float
        Allowed mean and allowed greatest difference of one channel, of 255: rounding, no more.
        Thumbnails are drawn from 8-bit codes and need about 2 and 24.
    """
    assert drawn.shape[:2] == expected.shape[:2], (drawn.shape, expected.shape)
    assert (drawn[..., 3] == 255).all(), "the canvas has see-through pixels"
    difference = np.abs(drawn[..., :3].astype(int) - expected.astype(int))
    assert difference.mean() <= typical, f"mean difference {difference.mean():.2f}"
    worst = np.unravel_index(int(difference.argmax()), difference.shape)
    assert difference.max() <= largest, f"difference {difference.max()} at {worst[:2]}"
