"""The pictures that come with Kernelscope, their credits, and the digits of the sheet."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from app.errors import NotFound
from app.images.decode import decode, picture_id
from app.images.limits import DecodeLimits
from app.images.picture import Picture, from_image

THUMBNAIL_SIDE = 154
THUMBNAIL_SIDES = (16, 384)

# All samples in the usual size, and some in others: about five megabytes.
_KEPT_THUMBNAILS = 200

# Members of an entry of credits.json that an answer repeats.
_SHOWN = ("id", "title", "kind", "author", "licence", "licence_url", "source", "changes", "alt")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One picture: what credits.json says about it, and where its pixels are.

    Parameters
    ----------
    credit : dict
        Title, author, licence, source, alternative text and so on.
    data : bytes
        The file.
    version : str
        The beginning of the file's hash, for addresses that never change.
    size : tuple of int
        Width and height.
    channels : int
        1 or 3.
    tile : tuple of int or None
        Left, top, right and bottom edge of the part of the file that is meant.
    """

    credit: dict[str, Any]
    data: bytes
    version: str
    size: tuple[int, int]
    channels: int
    tile: tuple[int, int, int, int] | None = None

    def item(self) -> dict[str, Any]:
        """Describe the sample for a JSON answer."""
        shown = {key: self.credit[key] for key in _SHOWN if key in self.credit}
        shown["width"], shown["height"] = self.size
        shown["channels"] = self.channels
        shown["thumbnail"] = f"/api/samples/{self.credit['id']}/thumbnail.png?v={self.version}"
        if "tiles" in self.credit:
            shown["tiles"] = self.credit["tiles"]
        return shown

    def decoded(self) -> Picture:
        """Decode the file, or the tile of it."""
        whole = decode(self.data, limits=DecodeLimits(), name=self.credit["file"])
        if self.tile is None:
            return whole
        name = picture_id(self.data + repr(self.tile).encode())
        tile = Image.fromarray(whole.whole).crop(self.tile)
        return from_image(tile, id=name, max_side=max(tile.size))


class Samples:
    """The pictures of a folder that has a ``credits.json``; each is decoded when first used.

    Parameters
    ----------
    folder : Path
        Where the files are.

    Examples
    --------
    >>> from app.resources import folder
    >>> samples = Samples(folder("sample_images"))
    >>> samples.get("coffee").working(96).shape, samples.get("digit_3_0").working().shape
    ((3, 96, 96), (3, 28, 28))
    """

    def __init__(self, folder: Path) -> None:
        text = (folder / "credits.json").read_text(encoding="utf-8")
        listed = [_sample(folder, credit) for credit in json.loads(text)["samples"]]
        self._listed = listed
        self._samples = {sample.credit["id"]: sample for sample in listed}
        for sheet in listed:
            self._samples |= {tile.credit["id"]: tile for tile in _tiles(sheet)}
        self._pictures: dict[str, Picture] = {}
        self._thumbnails: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, sample_id: object) -> bool:
        """Tell whether a sample has this name."""
        return sample_id in self._samples

    def list(self) -> list[dict[str, Any]]:
        """Describe every sample file, in the order of credits.json.

        Single digits are not listed; the entry of the sheet tells how they are named.
        """
        return [sample.item() for sample in self._listed]

    def item(self, sample_id: str) -> dict[str, Any]:
        """Describe one sample, single digits included; raises as :meth:`get`."""
        return self._find(sample_id).item()

    def get(self, sample_id: str) -> Picture:
        """Decode a sample, or take it from memory.

        Raises
        ------
        NotFound
            If no sample has this name (code ``unknown_image``).
        """
        sample = self._find(sample_id)
        with self._lock:
            if sample_id not in self._pictures:
                self._pictures[sample_id] = sample.decoded()
            return self._pictures[sample_id]

    def version(self, sample_id: str) -> str:
        """Tell which version of a sample's file this is; raises as :meth:`get`."""
        return self._find(sample_id).version

    def thumbnail_at_hand(self, sample_id: str, side: int) -> bytes | None:
        """Give a thumbnail that was made before: a whole class opens the same page at once."""
        return self._thumbnails.get((sample_id, side))

    def thumbnail(self, sample_id: str, side: int) -> bytes:
        """Make a square PNG of the middle of a sample; raises as :meth:`get`."""
        data = self.get(sample_id).png(side, fit="crop")
        with self._lock:
            self._thumbnails[sample_id, side] = data
            while len(self._thumbnails) > _KEPT_THUMBNAILS:
                self._thumbnails.popitem(last=False)
        return data

    def _find(self, sample_id: str) -> Sample:
        if sample_id not in self._samples:
            message = f"There is no picture '{sample_id[:60]}'; /api/samples lists the samples."
            raise NotFound(message, code="unknown_image")
        return self._samples[sample_id]


def _sample(folder: Path, credit: dict[str, Any]) -> Sample:
    data = (folder / credit["file"]).read_bytes()
    with Image.open(BytesIO(data)) as image:
        channels = len(image.getbands())
        return Sample(
            credit=credit,
            data=data,
            version=picture_id(data)[:8],
            size=image.size,
            channels=channels,
        )


def _tiles(sheet: Sample) -> Iterator[Sample]:
    """Yield the tiles of a sheet, row by row."""
    tiles = sheet.credit.get("tiles", {"rows": []})
    for row, entry in enumerate(tiles["rows"]):
        label, side = entry["label"], tiles["side"]
        for index, original in enumerate(entry["test_set_indices"]):
            words = {key: tiles[key].format(label=label, index=index) for key in ("id", "title")}
            changes = f"Number {original} of the test set, counted from 0; pixels unchanged."
            alt = tiles["alt"].format(label=label)
            credit = {**sheet.credit, **words, "alt": alt, "changes": changes}
            del credit["tiles"]
            left, top = index * side, row * side
            yield Sample(
                credit=credit,
                data=sheet.data,
                version=sheet.version,
                size=(side, side),
                channels=sheet.channels,
                tile=(left, top, left + side, top + side),
            )
