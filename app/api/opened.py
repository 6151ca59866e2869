"""The scene that an address asks for: computed, named, and with the addresses that it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlencode

from app.api.limiter import Limiter
from app.api.recent import Recent
from app.api.runs import Run, Runs
from app.api.wanted import wanted_maps
from app.errors import VisualizerError
from app.images.samples import Samples
from app.pictures.formulas import lines, plain_text
from app.pictures.poster_middle import names_of
from app.pictures.shown import Shown, shown
from app.pictures.titles import picture_title, scene_title
from app.pipeline.recipe import parse_recipe
from app.pipeline.stages import InputStage, Stage
from app.scenes.address import read_address, texts_of, values_of, write_address
from app.scenes.interpret import Reading
from app.scenes.scene import Scene

_MOST_SAID: Final = 140
# More terms take longer to add up than a page may take.
_MOST_TERMS: Final = 2000
_MEMORY_BYTES: Final = 4 * 1024 * 1024
# A recipe, a view and the address of a bundle.
_OWN_BYTES: Final = 20_000


@dataclass(frozen=True)
class Opened:
    """A scene that can be shown.

    Attributes
    ----------
    scene : Scene
    notes : tuple of str
        What of the address could not be used.
    is_asked : bool
        Whether the address asked for anything.
    title : str
        What is on show: the kernel over the picture, or the map.
    sentence : str
        The cell on show in numbers.
    windows : int
        Maps that are read for a cell.
    bundle : str
        Address of what the page draws first.
    """

    scene: Scene
    notes: tuple[str, ...]
    is_asked: bool
    title: str
    sentence: str
    windows: int
    bundle: str


class Scenes:
    """Opens scenes by their addresses, and remembers the last ones: a class opens the same link.

    Parameters
    ----------
    runs : Runs
        Computes them.
    samples : Samples
        The pictures that an address can name.
    limiter : Limiter
        The workers.
    """

    def __init__(self, *, runs: Runs, samples: Samples, limiter: Limiter) -> None:
        self._runs, self._samples, self._limiter = runs, samples, limiter
        self._opened: Recent[str, Opened] = Recent(max_bytes=_MEMORY_BYTES)

    async def read(self, address: str) -> Reading:
        """Read an address; one that holds a scene of its own in a worker.

        A few letters unpack to hundreds of thousands of numbers, which take time to check.

        Raises
        ------
        Busy
            If a worker is needed and the queue is full.
        """
        if "state" in texts_of(address):
            return await self._limiter.run(self._read, address)
        return self._read(address)

    def _read(self, address: str) -> Reading:
        return read_address(address, samples=self._samples, limits=self._runs.limits)

    async def open(self, address: str) -> Opened:
        """Read an address, compute its scene, and say what it is.

        Raises
        ------
        Busy
            If a worker is needed and the queue is full.
        """
        # What hosts append says nothing, and must not fill the memory.
        texts = texts_of(address)
        key = repr(sorted(texts.items()))
        opened = self._opened.get(key)
        if opened is None:
            reading = await self.read(address)
            recipe = parse_recipe(reading.scene.recipe, limits=self._runs.limits)
            opened = await self._runs.compute(recipe, partial(self._describe, reading, bool(texts)))
            # A bundle whose address lacks the recipe can be had for a while only.
            if "recipe=" in opened.bundle:
                self._opened.put(key, opened, size_bytes=_OWN_BYTES + 10 * len(key))
        return opened

    def _describe(self, reading: Reading, is_asked: bool, run: Run) -> Opened:
        scene = reading.scene
        names = wanted_maps(run.trace, scene.stage, scene.map)
        facts = shown(scene, run.trace)
        picture = self.picture_of(scene)
        return Opened(
            scene=scene,
            notes=reading.notes,
            is_asked=is_asked,
            title=scene_title(run.trace, facts.stage, facts.channel, picture=picture),
            sentence=_sentence(facts),
            windows=len(facts.stage.sources[facts.channel]),
            bundle=run.url("bundle.safetensors", query=f"full={','.join(names)}"),
        )

    def picture_of(self, scene: Scene) -> str:
        """Name the picture of a scene."""
        source = scene.recipe["input"]
        image = source.get("image")
        known = image is not None and image in self._samples
        titles = {image: str(self._samples.item(image)["title"])} if known else {}
        return picture_title(source, titles)

    def query_of(self, scene: Scene) -> str:
        """Write a scene as the query of an address, the long form included.

        A server never sees the fragment in which pages keep long scenes.
        """
        try:
            return urlencode(values_of(scene, samples=self._samples), safe=",:")
        except VisualizerError:
            return ""

    def link_to(self, scene: Scene, page: str) -> str:
        """Write a scene as a link to a page, as the page itself would."""
        try:
            return write_address(scene, base=page, samples=self._samples)
        except VisualizerError:
            return page


def _sentence(facts: Shown) -> str:
    """Say the cell on show in numbers."""
    _, rows, columns = facts.stage.shape
    row, column = facts.cell
    place = f"Row {row + 1}, column {column + 1} of {rows:,} × {columns:,}"
    if isinstance(facts.stage, InputStage) or _terms(facts.stage) > _MOST_TERMS:
        return f"{place}."
    explanation = facts.explanation
    choices = lines(facts.stage.layer, explanation, names=names_of(facts)) if explanation else []
    texts = [text for text in map(plain_text, choices) if len(text) <= _MOST_SAID]
    return f"{place}: {texts[0]}." if texts else f"{place}."


def _terms(stage: Stage) -> int:
    layer = stage.layer
    return len(layer.sources(0)) * layer.rows.kernel_size * layer.columns.kernel_size
