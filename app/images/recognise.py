"""What a file is, told from its first bytes, never from its name."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.images.faults import Unsupported, cut_off

_EXPORT = "Export it as PNG or JPEG and try again."
_SCREENSHOT = "Save the page as an image, or take a screenshot, and try again."
_FRAME = "Take a screenshot of one frame and try that."
_UNPACK = "Unpack it and choose one of the pictures inside."
_PICTURE = "Choose a picture instead."
_HEIC = (
    "On an iPhone choose Settings, Camera, Formats, Most Compatible, or share the photo as JPEG; "
    "on a computer export it as JPEG."
)

# Prefix, the end of the sentence "report.pdf is ...", and what would work.
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"%!PS", "is a PostScript document", _EXPORT),
    (b"\xc5\xd0\xd3\xc6", "is a PostScript document", _EXPORT),
    (b"PK\x03\x04", "is a ZIP archive or an office document", _UNPACK),
    (b"PK\x05\x06", "is an empty ZIP archive", _UNPACK),
    (b"\x1f\x8b", "is a gzip archive", _UNPACK),
    (b"BZh", "is a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\0", "is an XZ archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "is a RAR archive", _UNPACK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an office document", _SCREENSHOT),
    (b"8BPS", "is a Photoshop document", _EXPORT),
    (b"gimp xcf", "is a GIMP document", _EXPORT),
    (b"\0\0\1\0", "is a Windows icon", _EXPORT),
    (b"\0\0\2\0", "is a Windows cursor", _EXPORT),
    (b"icns", "is an icon of macOS", _EXPORT),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "is a JPEG 2000 picture", _EXPORT),
    (b"\xff\x4f\xff\x51", "is a JPEG 2000 picture", _EXPORT),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "is a JPEG XL picture", _EXPORT),
    (b"\xff\x0a", "is a JPEG XL picture", _EXPORT),
    (b"qoif", "is a QOI picture", _EXPORT),
    (b"DDS ", "is a DirectDraw texture", _EXPORT),
    (b"v/1\x01", "is an OpenEXR picture", _EXPORT),
    (b"#?RADIANCE", "is a Radiance HDR picture", _EXPORT),
    (b"SIMPLE  =", "is a FITS file", _EXPORT),
    (b"\x89HDF", "is an HDF5 file", _EXPORT),
    (b"\x93NUMPY", "is a NumPy array", _EXPORT),
    (b"\x0a\x05\x01", "is a PCX picture", _EXPORT),
    (b"FUJIFILM", "is a raw photo", _EXPORT),
    (b"\xd7\xcd\xc6\x9a", "is a Windows metafile", _EXPORT),
    (b"\x1aE\xdf\xa3", "is a film", _FRAME),
    (b"\0\0\1\xba", "is a film", _FRAME),
    (b"FLV\1", "is a film", _FRAME),
    (b"ID3", "is a sound file", _PICTURE),
    (b"OggS", "is a sound or film file", _PICTURE),
    (b"fLaC", "is a sound file", _PICTURE),
    (b"MThd", "is a sound file", _PICTURE),
    (b"MZ", "is a program", _PICTURE),
    (b"\x7fELF", "is a program", _PICTURE),
    (b"SQLite format 3\0", "is a database", _PICTURE),
)

_NETPBM = re.compile(rb"P[1-7Ff][\s#]")
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_TEXT_START = 1024


def recognise(data: bytes) -> str:
    """Tell the format of a picture.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    str
        ``"PNG"``, ``"JPEG"``, ``"GIF"``, ``"WEBP"``, ``"BMP"``, ``"TIFF"`` or ``"AVIF"``.

    Raises
    ------
    Unsupported
        If it is anything else; the message says what, as far as that can be told.

    Examples
    --------
    >>> recognise(b"GIF89a...")
    'GIF'
    >>> recognise(b"%PDF-1.7")
    Traceback (most recent call last):
    app.images.faults.Unsupported: is a PDF document
    """
    for name, matches in _PICTURES.items():
        if matches(data):
            return name
    raise _other(data)


def _is_bmp(data: bytes) -> bool:
    # "BM" alone begins many texts; the size of the second header does not.
    return data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADERS


def _brands(data: bytes) -> list[bytes]:
    """Names in the ``ftyp`` box of an ISO base media file, the major one first."""
    if data[4:8] != b"ftyp":
        return []
    box = data[8 : min(int.from_bytes(data[:4], "big"), 512)]
    return [box[:4], *(box[start : start + 4] for start in range(8, len(box) - 3, 4))]


def _is_avif(data: bytes) -> bool:
    return not {b"avif", b"avis"}.isdisjoint(_brands(data))


_PICTURES: dict[str, Callable[[bytes], bool]] = {
    "PNG": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "JPEG": lambda data: data.startswith(b"\xff\xd8\xff"),
    "GIF": lambda data: data.startswith((b"GIF87a", b"GIF89a")),
    "WEBP": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
    "BMP": _is_bmp,
    "TIFF": lambda data: data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    "AVIF": _is_avif,
}

_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")


def _other(data: bytes) -> Exception:
    """Say what a file is that is none of the pictures."""
    if any(beginning.startswith(data) for beginning in _BEGINNINGS):
        return cut_off("a picture")
    if b"%PDF-" in data[:_TEXT_START]:
        return Unsupported("is a PDF document", _SCREENSHOT)
    for prefix, predicate, advice in _OTHERS:
        if data.startswith(prefix):
            return Unsupported(predicate, advice)
    if brands := _brands(data):
        if not _HEIF_BRANDS.isdisjoint(brands):
            return Unsupported("is a HEIC photo", _HEIC)
        return Unsupported("is a film", _FRAME)
    if data[:4] == b"RIFF":
        return Unsupported("is a sound or film file", _PICTURE)
    if _NETPBM.match(data):
        return Unsupported("is a Netpbm picture", _EXPORT)
    return _text(data) or Unsupported("is not a picture of a format known here", _PICTURE)


def _text(data: bytes) -> Unsupported | None:
    """Tell drawings, pages and plain text apart."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data[: 4 * _TEXT_START].decode("utf-16" if wide else "utf-8", errors="replace")
    lower = text.lstrip("\ufeff \t\r\n").lower()
    if lower.startswith("<") and "<svg" in lower:
        return Unsupported("is an SVG drawing", _EXPORT)
    if lower.startswith("<") and ("<html" in lower or "<!doctype html" in lower):
        return Unsupported("is a web page", _SCREENSHOT)
    printable = sum(character.isprintable() or character.isspace() for character in text)
    is_text = "\ufffd" not in text[:-4] and printable == len(text)
    return Unsupported("is a text file", _PICTURE) if is_text else None
