"""Hostile bytes in, a picture out, or one sentence that says why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from app.images import faults
from app.images.containers import avif, bmp, gif, jpeg, png, tiff, webp
from app.images.containers.container import Container
from app.images.faults import Damaged, Fault
from app.images.limits import DecodeLimits
from app.images.names import subject
from app.images.orientation import orientation_of, upright
from app.images.picture import Picture, from_image
from app.images.pixels import plain
from app.images.quiet import quiet
from app.images.recognise import recognise

Examiner = Callable[..., Container]
Opener = Callable[[BytesIO], Image.Image]

# Opened by class: Image.open would try further plugins, and sees limits of its own.
_FORMATS: dict[str, tuple[str, Examiner, Opener]] = {
    "PNG": ("a PNG picture", png.examine, PngImagePlugin.PngImageFile),
    "JPEG": ("a JPEG picture", jpeg.examine, JpegImagePlugin.JpegImageFile),
    "GIF": ("a GIF picture", gif.examine, GifImagePlugin.GifImageFile),
    "WEBP": ("a WebP picture", webp.examine, WebPImagePlugin.WebPImageFile),
    "BMP": ("a BMP picture", bmp.examine, BmpImagePlugin.BmpImageFile),
    "TIFF": ("a TIFF picture", tiff.examine, TiffImagePlugin.TiffImageFile),
    "AVIF": ("an AVIF picture", avif.examine, AvifImagePlugin.AvifImageFile),
}


def picture_id(data: bytes) -> str:
    """Name a file by its contents.

    Examples
    --------
    >>> picture_id(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, *, limits: DecodeLimits, name: str | None = None) -> Picture:
    """Decode an uploaded file.

    The file is recognised by its contents, its outside is checked and stripped of everything
    but the first picture, and only then it is decoded, turned upright and reduced.

    Parameters
    ----------
    data : bytes
        The whole file.
    limits : DecodeLimits
        What it may cost.
    name : str, optional
        What the file was called; only used to begin the sentence of a refusal.

    Returns
    -------
    Picture
        Grey or RGB, without metadata, at most ``limits.max_side`` long.

    Raises
    ------
    UnsupportedImage
        If it is not a picture of a known format.
    DamagedImage
        If it is empty, cut off or damaged.
    LimitExceeded
        If it has too many bytes (413), or too many pixels, scans or frames (422).

    Examples
    --------
    >>> decode(b"%PDF-1.7", limits=DecodeLimits(), name="report.pdf")
    Traceback (most recent call last):
    app.errors.UnsupportedImage: report.pdf is a PDF document. Kernelscope reads ...
    """
    try:
        return _decode(data, limits=limits)
    except Fault as fault:
        raise fault.refusal(subject(name), limits=limits) from fault


def _decode(data: bytes, *, limits: DecodeLimits) -> Picture:
    if not data:
        raise Damaged("is empty", "Choose a file that contains a picture.")
    if len(data) > limits.max_bytes:
        raise faults.too_large(limits, size=len(data))
    kind, examine, opener = _FORMATS[recognise(data)]
    container = examine(data, limits=limits)
    try:
        with quiet():
            image = _plain_image(container, opener, limits=limits)
            return from_image(image, id=picture_id(data), max_side=limits.max_side)
    except Fault:
        raise
    except MemoryError as error:
        raise faults.too_large(limits) from error
    except Exception as error:
        # Whatever a decoder stumbles over in a stranger's file is the fault of the file.
        raise _failure(error, kind) from error


def _plain_image(container: Container, opener: Opener, *, limits: DecodeLimits) -> Image.Image:
    image = opener(BytesIO(container.data))
    faults.check_pixels(image.size, limits=limits)
    faults.check_frames(_frames(image), limits=limits)
    image.load()
    orientation = container.orientation
    if orientation is None:
        orientation = orientation_of(image.info.get("exif", b""))
    return upright(plain(image, container=container), orientation=orientation)


def _frames(image: Image.Image) -> int:
    """Frames that the decoder has counted while opening; never make it look for them."""
    return int(vars(image).get("n_frames", 1))


def _failure(error: Exception, kind: str) -> Fault:
    """Tell a file that ends too early from one that is damaged inside."""
    return faults.cut_off(kind) if "truncated" in str(error).lower() else faults.broken(kind)
