"""From a recipe to its run: the pictures, the memory of recent runs, and who computes.

A run has no place on the server. What is kept here (recipes, prepared pictures, feature maps) only
saves time; any process can answer any request from the recipe alone.

Who computes: a worker thread costs a hop of 0.3 ms and, worse, a small edit would wait behind
somebody's large run. So a run that is small by its plan (:func:`is_small`) and whose picture is at
hand is computed right in the event loop, in a few milliseconds. Everything else goes to the
workers, and the loop stays free for ``/healthz`` and for the small edits of others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from app.api.bodies import parse_json
from app.api.limiter import Limiter
from app.api.limits import run_limits
from app.api.recent import Recent
from app.api.recipe_urls import pack, unpack
from app.errors import NotFound
from app.images.picture import Picture
from app.images.samples import Samples
from app.images.store import ImageStore
from app.numerics import FloatArray
from app.pipeline.defaults import default_recipe
from app.pipeline.execute import execute
from app.pipeline.map_cache import MapCache
from app.pipeline.plan import Plan, plan_run
from app.pipeline.recipe import InputPicture, Recipe, parse_recipe
from app.pipeline.trace import Trace
from app.settings import MEBIBYTE, Settings

R = TypeVar("R")
Task: TypeAlias = Callable[["Run"], R]

# Measured: the default pipeline at 224 x 224 (8 million multiply-adds and comparisons, 4.6 MB)
# takes 4 ms when nothing is known yet and 2 ms after an edit; the slowest recipes that still
# count as small (24 stages of Lp pooling or GELU) take 40 ms.
SMALL_WORK: Final = 16_000_000
SMALL_RUN_BYTES: Final = 5 * MEBIBYTE
# Maps of a few cells take 0.05 ms each, and a manifest lists all taps, however little there is to
# compute.
SMALL_RUN_MAPS: Final = 256
SMALL_RUN_TAPS: Final = 50_000
SMALL_BODY_BYTES: Final = 64 * 1024

_RECIPE_MEMORY_BYTES: Final = 16 * MEBIBYTE
_PICTURE_MEMORY_BYTES: Final = 64 * MEBIBYTE
_COMPRESSED_MEMORY_BYTES: Final = 32 * MEBIBYTE
_KEYS_MEMORY_BYTES: Final = 16 * MEBIBYTE
_KEY_BYTES: Final = 100
UPLOAD_ID_LENGTH: Final = 64

InputKey: TypeAlias = tuple[str | None, int | None, str, str, str]


@dataclass(frozen=True, eq=False)
class Run:
    """A computed recipe.

    Attributes
    ----------
    id : str
        32 hexadecimal digits that name the recipe, its picture and the engine.
    trace : Trace
        What came out.
    packed : str or None
        The recipe as the query of an address; None when it is too long for that.
    """

    id: str
    trace: Trace
    packed: str | None

    def url(self, path: str, *, query: str = "") -> str:
        """Give an address below this run that works on any process, at any time."""
        parameters = [query] if query else []
        parameters += [f"recipe={self.packed}"] if self.packed else []
        return f"/api/runs/{self.id}/{path}" + ("?" + "&".join(parameters) if parameters else "")

    def output_url(self, stage_id: str) -> str:
        """Give the address of a stage's values."""
        return self.url(f"stages/{stage_id}/output.safetensors")


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A picture as a recipe's input asks for it."""

    image_id: str
    values: FloatArray


class Runs:
    """Turns recipes into runs.

    Parameters
    ----------
    settings : Settings
        For the limits and the size of the memory.
    samples, images
        Where pictures come from.
    limiter : Limiter
        The workers.
    """

    def __init__(
        self, *, settings: Settings, samples: Samples, images: ImageStore, limiter: Limiter
    ) -> None:
        self.limits = run_limits(settings)
        self.max_recipe_bytes = settings.max_recipe_bytes
        self.maps = MapCache(max_bytes=settings.run_cache_bytes)
        self.default = parse_recipe(default_recipe(), limits=self.limits)
        self.compressed: Recent[tuple[str, tuple[str, ...]], bytes] = Recent(
            max_bytes=_COMPRESSED_MEMORY_BYTES
        )
        self._samples = samples
        self._images = images
        self._limiter = limiter
        self._recipes: Recent[str, Recipe] = Recent(max_bytes=_RECIPE_MEMORY_BYTES)
        self._keys: Recent[str, frozenset[str]] = Recent(max_bytes=_KEYS_MEMORY_BYTES)
        self._pictures: Recent[InputKey, _Prepared] = Recent(max_bytes=_PICTURE_MEMORY_BYTES)

    async def read(self, body: bytes) -> Recipe:
        """Read a recipe from JSON; long ones in a worker.

        Raises
        ------
        InvalidRequest, LimitExceeded
            If it is not a recipe that can be computed here.
        """
        if len(body) > SMALL_BODY_BYTES:
            return await self._limiter.run(self._parse, body)
        return self._parse(body)

    def _parse(self, body: bytes) -> Recipe:
        return parse_recipe(parse_json(body), limits=self.limits)

    async def find(self, run_id: str, packed: str | None) -> Recipe:
        """Find the recipe of a run: in memory, or in the address.

        Raises
        ------
        NotFound
            If it is in neither (404 ``unknown_run``).
        InvalidRequest
            If the address carries something that is not a recipe.
        """
        recipe = self._recipes.get(run_id)
        if recipe is None and packed:
            recipe = await self.read(unpack(packed, max_bytes=self.max_recipe_bytes))
        if recipe is None:
            raise unknown_run(run_id)
        return recipe

    def check_picture(self, recipe: Recipe) -> None:
        """Refuse a recipe whose upload has expired or was deleted, and else renew it.

        Raises
        ------
        NotFound
            With code ``unknown_image``.
        """
        self._at_hand(recipe.input)

    def keys(self, run_id: str) -> frozenset[str]:
        """Give the content keys of a recent run's maps; nothing for one that is forgotten."""
        return self._keys.get(run_id) or frozenset()

    async def compute(
        self,
        recipe: Recipe,
        task: Task[R],
        *,
        run_id: str | None = None,
        is_heavy: bool = False,
    ) -> R:
        """Compute a recipe and do something with the run, where there is time for it.

        Parameters
        ----------
        recipe : Recipe
            What to compute.
        task : callable
            Makes the answer; runs in the same thread as the computation.
        run_id : str, optional
            The id that the recipe has to have.
        is_heavy : bool
            Whether the task takes long even when the run is small.

        Raises
        ------
        NotFound
            If the picture is not here (``unknown_image``), or the recipe is not that of
            ``run_id`` (``unknown_run``).
        InvalidRequest, LimitExceeded
            If the recipe cannot work on its picture, or would be too much work.
        Busy
            If a worker is needed and the queue is full.
        """
        prepared = self._at_hand(recipe.input)
        is_long = len(recipe.canonical_json()) > SMALL_BODY_BYTES
        if prepared is None or is_heavy or is_long:
            return await self._limiter.run(self._in_worker, recipe, task, run_id)
        plan = self._plan(recipe, prepared)
        if not is_small(plan):
            return await self._limiter.run(self._execute, recipe, prepared, plan, task, run_id)
        return self._execute(recipe, prepared, plan, task, run_id)

    def _in_worker(self, recipe: Recipe, task: Task[R], run_id: str | None) -> R:
        prepared = self._prepare(recipe.input)
        return self._execute(recipe, prepared, self._plan(recipe, prepared), task, run_id)

    def _plan(self, recipe: Recipe, prepared: _Prepared) -> Plan:
        channels, rows, columns = prepared.values.shape
        return plan_run(recipe, (channels, rows, columns), limits=self.limits)

    def _execute(
        self, recipe: Recipe, prepared: _Prepared, plan: Plan, task: Task[R], wanted: str | None
    ) -> R:
        run_id = recipe.run_id(prepared.image_id)
        if wanted not in (None, run_id):
            raise unknown_run(str(wanted))
        trace = execute(recipe, prepared.values, cache=self.maps, limits=self.limits, plan=plan)
        canonical = recipe.canonical_json()
        self._recipes.put(run_id, recipe, size_bytes=10 * len(canonical))
        self._keys.put(run_id, trace.keys, size_bytes=_KEY_BYTES * len(trace.keys))
        return task(Run(run_id, trace, pack(canonical)))

    def _at_hand(self, source: InputPicture) -> _Prepared | None:
        """Give the picture if no decoding or reducing is needed."""
        if source.pixel_maps is not None:
            return _Prepared("", source.pixel_maps)
        if source.image not in self._samples:
            # Renews the upload, and refuses one that has expired or was deleted.
            self._find(source)
        return self._pictures.get(_key(source))

    def _prepare(self, source: InputPicture) -> _Prepared:
        at_hand = self._at_hand(source)
        if at_hand is not None:
            return at_hand
        picture = self._find(source)
        values = picture.working(
            source.size,
            fit=source.fit,
            color=source.color,
            quantize=source.quantize,
            max_side=self.limits.max_side,
        )
        prepared = _Prepared(picture.id, values)
        self._pictures.put(_key(source), prepared, size_bytes=values.nbytes)
        return prepared

    def _find(self, source: InputPicture) -> Picture:
        image = source.image or ""
        is_upload = len(image) == UPLOAD_ID_LENGTH and image not in self._samples
        store: Samples | ImageStore = self._images if is_upload else self._samples
        try:
            return store.get(image)
        except NotFound as error:
            raise NotFound(error.detail, code=error.code, field="input.image") from error


def _key(source: InputPicture) -> InputKey:
    return (source.image, source.size, source.fit, source.color, source.quantize)


def is_small(plan: Plan) -> bool:
    """Say whether a run takes milliseconds, whatever is in the cache."""
    work, maps, taps = plan.work, 0, 0
    for stage in plan.stages:
        layer = stage.layer
        channels, rows, columns = layer.out_shape
        work += layer.comparisons
        maps += channels
        taps += rows * layer.rows.kernel_size + columns * layer.columns.kernel_size
    return (
        work <= SMALL_WORK
        and plan.run_bytes <= SMALL_RUN_BYTES
        and maps <= SMALL_RUN_MAPS
        and taps <= SMALL_RUN_TAPS
    )


def unknown_run(run_id: str) -> NotFound:
    """Refuse a run whose recipe is neither in memory nor, intact, in the address."""
    return NotFound(
        f"The recipe of run {run_id[:40]!r} is not here; POST it to /api/runs again.",
        code="unknown_run",
        field="run_id",
    )
