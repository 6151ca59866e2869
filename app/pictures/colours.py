"""The colours of the page: its tokens, and the scales in which values are painted.

Lines carry roles (blue what is read, amber weights, green results), fills carry values. Zero is
exactly the neutral colour, positive values are orange, negative ones violet; between them
``t = (|v| / m) ** 0.6`` runs through five stops per sign. A map and the activation and pooling
after it share ``m``, so a value keeps its colour along the chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.numerics.shapes import FloatArray

Theme = Literal["light", "dark"]
ByteArray = npt.NDArray[np.uint8]

EXPONENT = 0.6
_NEGATIVE = {
    "light": ("#F1F0ED", "#E1D4F3", "#B79BE2", "#845DC8", "#502A95"),
    "dark": ("#222325", "#403365", "#6C4DAB", "#A781E4", "#E2C8FB"),
}
_POSITIVE = {
    "light": ("#F1F0ED", "#F9D6BF", "#F7A378", "#E26333", "#AA2D14"),
    "dark": ("#222325", "#623124", "#AD4F26", "#ED8641", "#FFD696"),
}
_DUOTONES = (
    ("#140404", "#A83A30", "#FFD5CF"),
    ("#031006", "#2F8243", "#CFF5D6"),
    ("#04081A", "#2F62BD", "#D2E2FF"),
)


@dataclass(frozen=True)
class Tokens:
    """The named colours of one theme, ``#RRGGBB``; the names are those of the style sheets."""

    paper: str
    panel: str
    line: str
    line_strong: str
    ink: str
    ink_2: str
    ink_3: str
    input: str
    input_line: str
    kernel: str
    kernel_line: str
    output: str
    output_line: str
    negative: str
    positive: str
    channels: tuple[str, str, str]
    neutral: str
    pending: str
    pending_line: str
    halo: str


TOKENS: Mapping[Theme, Tokens] = {
    "light": Tokens(
        paper="#FCFBF9",
        panel="#FFFFFF",
        line="#E5E2DB",
        line_strong="#C8C4BA",
        ink="#1B1A17",
        ink_2="#54514A",
        ink_3="#6F6B62",
        input="#1D5FBF",
        input_line="#2F74D8",
        kernel="#8F5A00",
        kernel_line="#C98200",
        output="#17703E",
        output_line="#127A4B",
        negative="#5B3A9B",
        positive="#A63A1B",
        channels=("#C8372D", "#27803D", "#2D68C8"),
        neutral="#F1F0ED",
        pending="#F4F2EE",
        pending_line="#DEDAD1",
        halo="#FFFFFF",
    ),
    "dark": Tokens(
        paper="#131416",
        panel="#1B1C1F",
        line="#2B2C30",
        line_strong="#4A4B50",
        ink="#EDEBE6",
        ink_2="#B5B1A8",
        ink_3="#918D84",
        input="#84B4FF",
        input_line="#6E9BFF",
        kernel="#F2B94F",
        kernel_line="#E0A22E",
        output="#63D394",
        output_line="#58D68D",
        negative="#BFA4FF",
        positive="#FFA273",
        channels=("#F0776C", "#62BF78", "#74A5F5"),
        neutral="#222325",
        pending="#18191B",
        pending_line="#2C2D31",
        halo="#131416",
    ),
}


def colourise(values: FloatArray, *, peak: float, theme: Theme = "light") -> ByteArray:
    """Paint values in the signed colour scale.

    Parameters
    ----------
    values : FloatArray
        (H, W).
    peak : float
        The |value| at the ends of the scale; larger ones take the end colour.
    theme : {"light", "dark"}
        Which of the page's two scales.

    Returns
    -------
    ndarray of uint8
        (H, W, 3).

    Examples
    --------
    >>> colourise(np.float32([[0.0, 2.0, -2.0]]), peak=2.0).tolist()
    [[[241, 240, 237], [170, 45, 20], [80, 42, 149]]]
    """
    scaled = np.minimum(1.0, np.abs(values) / peak) if peak > 0 else np.zeros_like(values)
    place = scaled**EXPONENT
    is_positive = (values >= 0)[..., np.newaxis]
    positive, negative = (_between(place, scale[theme]) for scale in (_POSITIVE, _NEGATIVE))
    return np.where(is_positive, positive, negative)


def duotone(values: FloatArray, *, channel: int) -> ByteArray:
    """Paint one colour channel of a picture.

    Parameters
    ----------
    values : FloatArray
        (H, W) in [0, 1].
    channel : int
        0 red, 1 green, 2 blue.

    Returns
    -------
    ndarray of uint8
        (H, W, 3).

    Examples
    --------
    >>> duotone(np.float32([[0.0, 0.5, 1.0]]), channel=2).tolist()
    [[[4, 8, 26], [47, 98, 189], [210, 226, 255]]]
    """
    return _between(np.clip(values, 0, 1), _DUOTONES[channel])


def photograph(values: FloatArray) -> ByteArray:
    """Paint an input picture as itself.

    Parameters
    ----------
    values : FloatArray
        (1, H, W) or (3, H, W) in [0, 1].

    Returns
    -------
    ndarray of uint8
        (H, W, 3).
    """
    levels = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(levels, (3, *levels.shape[1:])).transpose(1, 2, 0))


def ink_on(colour: Sequence[int]) -> str:
    """Choose black or white, whichever is read better on a fill.

    Examples
    --------
    >>> ink_on((241, 240, 237)), ink_on((80, 42, 149))
    ('#000000', '#FFFFFF')
    """
    shares = np.asarray(colour, np.float64) / 255
    light = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return "#000000" if light @ (0.2126, 0.7152, 0.0722) > 0.179 else "#FFFFFF"


def _between(place: npt.NDArray[np.floating], stops: Sequence[str]) -> ByteArray:
    """Interpolate between equally spaced ``#RRGGBB`` stops; ``place`` in [0, 1]."""
    table = np.array([tuple(bytes.fromhex(stop[1:])) for stop in stops], np.float64)
    at = np.linspace(0, 1, len(stops))
    channels = [np.interp(place, at, table[:, index]) for index in range(3)]
    colours: ByteArray = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    return colours
