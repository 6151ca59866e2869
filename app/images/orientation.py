"""Which way up a camera held a picture.

Only the one tag is read. A general EXIF reader follows every offset of the block, and a block
of a few megabytes can point at itself often enough to fill the memory.
"""

from __future__ import annotations

import struct

from PIL import Image

UPRIGHT = 1

_ORIENTATION_TAG = 0x0112
_SHORT = 3

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation_of(exif: bytes) -> int:
    r"""Read the orientation from an EXIF block.

    Parameters
    ----------
    exif : bytes
        A TIFF structure, with or without ``Exif\0\0`` in front.

    Returns
    -------
    int
        1 to 8 as in EXIF; 1 (upright) when the block says nothing or is damaged, because a
        good picture should not be refused for its metadata.

    Examples
    --------
    >>> entry = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
    >>> orientation_of(b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry)
    6
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(tiff[:4]))
    if order is None:
        return UPRIGHT
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, directory)
        for index in range(count):
            entry = struct.unpack_from(f"{order}HHIH", tiff, directory + 2 + 12 * index)
            if entry[:3] == (_ORIENTATION_TAG, _SHORT, 1):
                return entry[3] if entry[3] in _TURNS else UPRIGHT
    except struct.error:
        pass
    return UPRIGHT


def upright(image: Image.Image, *, orientation: int) -> Image.Image:
    """Turn and mirror a picture so that it stands as it was seen."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)
