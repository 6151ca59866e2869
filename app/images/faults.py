"""What can be wrong with a file, as the end of a sentence that starts with its name."""

from __future__ import annotations

from typing import ClassVar

from app.errors import DamagedImage, LimitExceeded, UnsupportedImage, VisualizerError
from app.images.limits import MEBIBYTE, DecodeLimits

FORMAT_NAMES = ("PNG", "JPEG", "GIF", "WebP", "BMP", "TIFF", "AVIF")


class Fault(Exception):
    """A reason to refuse a file.

    Parameters
    ----------
    predicate : str
        The rest of the sentence "photo.png ...", without a full stop.
    advice : str
        Whole sentences that say what would work.
    """

    def __init__(self, predicate: str, advice: str) -> None:
        super().__init__(predicate)
        self.predicate = predicate
        self.advice = advice

    def refusal(self, subject: str, *, limits: DecodeLimits) -> VisualizerError:
        """Name the file and choose the class of the answer."""
        raise NotImplementedError


class Unsupported(Fault):
    """The file is something else than a picture that can be read."""

    def refusal(self, subject: str, *, limits: DecodeLimits) -> UnsupportedImage:
        """Answer 415 and tell which formats can be read."""
        sentence = f"{subject} {self.predicate}. {readable(limits)} {self.advice}"
        return UnsupportedImage(sentence, field="file", allowed=list(FORMAT_NAMES))


class Damaged(Fault):
    """The file is a picture of a known format, but broken."""

    def refusal(self, subject: str, *, limits: DecodeLimits) -> DamagedImage:
        """Answer 422."""
        return DamagedImage(f"{subject} {self.predicate}. {self.advice}", field="file")


class TooMuch(Fault):
    """The file asks for more than the limits allow."""

    code: ClassVar[str] = "too_much_work"

    def __init__(self, predicate: str, advice: str, *, maximum: int) -> None:
        super().__init__(predicate, advice)
        self.maximum = maximum

    def refusal(self, subject: str, *, limits: DecodeLimits) -> LimitExceeded:
        """Answer 422, or 413 for too many bytes, with the limit."""
        sentence = f"{subject} {self.predicate}. {self.advice}"
        allowed = {"maximum": self.maximum}
        return LimitExceeded(sentence, code=self.code, field="file", allowed=allowed)


class TooLarge(TooMuch):
    """The file has too many bytes."""

    code = "too_large"


def readable(limits: DecodeLimits) -> str:
    """Tell which files can be read.

    Examples
    --------
    >>> readable(DecodeLimits())
    'Kernelscope reads PNG, JPEG, GIF, WebP, BMP, TIFF and AVIF files of at most 10 MB.'
    """
    formats = f"{', '.join(FORMAT_NAMES[:-1])} and {FORMAT_NAMES[-1]}"
    return f"Kernelscope reads {formats} files of at most {megabytes(limits.max_bytes)}."


def megabytes(count: int) -> str:
    """Write a number of bytes for people.

    Examples
    --------
    >>> megabytes(10 * 1024 * 1024), megabytes(1_600_000), megabytes(300)
    ('10 MB', '1.5 MB', '300 bytes')
    """
    if count < MEBIBYTE / 10:
        return f"{count:,} bytes"
    return f"{count / MEBIBYTE:.1f}".removesuffix(".0") + " MB"


def cut_off(kind: str) -> Damaged:
    """Fault of a file that ends in the middle of its picture."""
    advice = "It was probably not copied completely; save or download it again."
    return Damaged(f"is {kind} that ends too early", advice)


def broken(kind: str) -> Damaged:
    """Fault of a file whose contents contradict its format."""
    advice = "Open it in a picture editor, save it again as PNG or JPEG, and try that file."
    return Damaged(f"is {kind} that is damaged and cannot be read", advice)


def too_large(limits: DecodeLimits, *, size: int | None = None) -> TooLarge:
    """Fault of a file with more bytes than are accepted."""
    limit = megabytes(limits.max_bytes)
    predicate = f"is larger than {limit}"
    if size is not None and megabytes(size) != limit:
        predicate = f"has {megabytes(size)}; the limit is {limit}"
    advice = "Export it smaller, or as JPEG, and try again."
    return TooLarge(predicate, advice, maximum=limits.max_bytes)


def check_pixels(size: tuple[int, int], *, limits: DecodeLimits) -> None:
    """Refuse a picture with too many pixels before it is decoded.

    Parameters
    ----------
    size : tuple of int
        Width and height that the header announces.

    Raises
    ------
    TooMuch
        With the scale at which the picture would pass.

    Examples
    --------
    >>> check_pixels((8000, 6000), limits=DecodeLimits(max_pixels=24_000_000))
    Traceback (most recent call last):
    app.images.faults.TooMuch: has 48 megapixels; the limit is 24
    """
    pixels = size[0] * size[1]
    if pixels <= limits.max_pixels:
        return
    million = 1_000_000
    digits = 0 if pixels - limits.max_pixels >= million and limits.max_pixels >= million else 3
    has, limit = (f"{count / million:,.{digits}f}" for count in (pixels, limits.max_pixels))
    shrink = next((n for n in _FRACTIONS if pixels <= limits.max_pixels * n * n), None)
    scale = f"at {_FRACTIONS[shrink]} the size" if shrink else "much smaller"
    predicate = f"has {has} megapixels; the limit is {limit}"
    raise TooMuch(predicate, f"Export it {scale} and try again.", maximum=limits.max_pixels)


_FRACTIONS = {2: "half", 3: "a third of", 4: "a quarter of", 10: "a tenth of"}


def check_frames(count: int, *, limits: DecodeLimits) -> None:
    """Refuse a picture with an absurd number of frames or pages."""
    if count > limits.max_frames:
        predicate = f"has more than {limits.max_frames:,} frames or pages"
        advice = "Export its first frame as PNG and try that file."
        raise TooMuch(predicate, advice, maximum=limits.max_frames)
