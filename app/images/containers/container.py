"""What is known about a picture file before it is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from app.images.orientation import UPRIGHT


@dataclass(frozen=True, kw_only=True)
class Container:
    """A picture file without anything but its first picture.

    Parameters
    ----------
    data : bytes
        A file that holds only the first picture.
    size : tuple of int or None
        Width and height that the header announces, not yet turned upright; None where only
        the decoder can tell.
    orientation : int or None
        1 to 8 as in EXIF; None where only the decoder can tell.
    bits : int
        Bits of one sample, for integers of more than 8 bits.
    is_signed : bool
        Whether integer samples may be negative.
    is_inverted : bool
        Whether high values are dark although the decoder does not know it.
    """

    data: bytes
    size: tuple[int, int] | None
    orientation: int | None = UPRIGHT
    bits: int = 16
    is_signed: bool = False
    is_inverted: bool = False
