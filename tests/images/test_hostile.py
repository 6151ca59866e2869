"""Whatever is sent either decodes or is refused with a sentence, soon, and without a trace."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from app.errors import VisualizerError
from app.images.decode import decode
from app.images.limits import DecodeLimits
from tests.images import hostile

LIMITS = DecodeLimits()
# Generous: the slowest takes 0.3 seconds on a quiet machine.
SECONDS = 10.0


def outcome(data: bytes) -> str:
    """Decode; answer ``"decoded"`` or the code of a well-formed refusal."""
    start = time.monotonic()
    try:
        picture = decode(data, limits=LIMITS, name="upload.bin")
    except VisualizerError as error:
        assert 400 <= error.status < 500
        assert error.detail.startswith("upload.bin ")
        assert error.detail.endswith(".")
        assert len(error.detail) < 400
        assert error.field == "file"
        return error.code
    finally:
        assert time.monotonic() - start < SECONDS
    assert picture.width * picture.height <= LIMITS.max_pixels
    assert max(picture.whole.shape[:2]) <= LIMITS.max_side
    values = picture.working(28)
    assert values.min() >= 0
    assert values.max() <= 1
    return "decoded"


@pytest.mark.parametrize("family", hostile.FAMILIES)
def test_every_hostile_file_decodes_or_is_refused(family: object) -> None:
    files = list(family())  # type: ignore[operator]
    assert len(files) >= 6
    for name, data in files:
        try:
            outcome(data)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


def test_every_truncated_file_is_refused() -> None:
    for name, data in hostile.truncated():
        assert outcome(data) in {"damaged_image", "unsupported_image"}, name


def test_every_giant_is_refused_as_too_much() -> None:
    for name, data in hostile.giants():
        assert outcome(data) == "too_much_work", name


def test_poisonous_metadata_is_left_out() -> None:
    for name, data in hostile.metadata():
        assert outcome(data) == "decoded", name


def test_what_begins_as_a_picture_is_that_picture() -> None:
    for name, data in hostile.polyglots():
        assert outcome(data) == "decoded", name


def test_other_files_are_named() -> None:
    for word, data in hostile.others():
        with pytest.raises(VisualizerError, match=word) as refusal:
            decode(data, limits=LIMITS, name="upload.bin")
        assert refusal.value.status == 415
        assert "Kernelscope reads PNG, JPEG" in refusal.value.detail


def test_a_heic_photo_is_refused_with_a_hint_how_to_export() -> None:
    data = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40)
    with pytest.raises(VisualizerError, match="Most Compatible"):
        decode(data, limits=LIMITS, name="IMG_0001.HEIC")


BOMBS = {"zTXt", "many zTXt", "iCCP", "iTXt", "pixels", "900 tags of the same 4 MB", "long list"}
BOMBS |= {f"{format} exif selfish" for format in ("png", "jpeg", "webp", "avif")}


def test_bombs_stay_small_in_memory() -> None:
    families = (hostile.png_bombs, hostile.tiff_attacks, hostile.metadata)
    bombs = {name: data for family in families for name, data in family() if name in BOMBS}
    assert set(bombs) == BOMBS
    for name, data in bombs.items():
        tracemalloc.start()
        try:
            outcome(data)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 4 * len(data) + 2_000_000, name
