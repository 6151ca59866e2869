"""Run a recipe: compute the maps that are not known yet, and only those.

Every map is named by what makes it: the operation, its own parameters (of a convolution the one
filter and its bias), and the names of the maps it reads. After an edit only the maps that depend
on it have new names; all others come from the cache, with their range, zeros and previews.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from app.errors import InvalidRequest
from app.numerics.shapes import FloatArray
from app.operations.place import Place
from app.pipeline.feature_map import DIGEST_BYTES, FeatureMap, feature_maps, values_of
from app.pipeline.limits import Limits
from app.pipeline.map_cache import MapCache
from app.pipeline.plan import Plan, PlannedStage, plan_run
from app.pipeline.recipe import INPUT, Recipe
from app.pipeline.stages import InputStage, Stage
from app.pipeline.trace import Trace


def execute(
    recipe: Recipe,
    picture: FloatArray,
    *,
    cache: MapCache,
    limits: Limits | None = None,
    plan: Plan | None = None,
) -> Trace:
    """Compute all stages of a recipe.

    Parameters
    ----------
    recipe : Recipe
    picture : ndarray of float32, shape (C, H, W)
        What the recipe's input stands for. A read-only array is measured once only.
    cache : MapCache
        Where known maps are, and computed ones go.
    limits : Limits, optional
        The usual ones when left out.
    plan : Plan, optional
        Of this recipe and shape, if it was made already.

    Returns
    -------
    Trace

    Raises
    ------
    InvalidRequest
        If a stage cannot work on what comes before it, or its values overflow float32.
    LimitExceeded
        If the run would be too much work.

    Examples
    --------
    >>> from app.pipeline.recipe import parse_recipe
    >>> recipe = parse_recipe({
    ...     "input": {"pixels": [[1, -2], [3, -4]]},
    ...     "stages": [{"id": "relu1", "op": "activation"}],
    ... })
    >>> trace = execute(recipe, recipe.input.pixel_maps, cache=MapCache(max_bytes=1 << 20))
    >>> trace.stages[0].values.tolist()
    [[[1.0, 0.0], [3.0, 0.0]]]
    """
    channels, rows, columns = picture.shape
    plan = plan or plan_run(recipe, (channels, rows, columns), limits=limits)
    maps: dict[str, Sequence[FeatureMap]] = {INPUT: cache.input_maps(picture)}
    stages = []
    for planned in plan.stages:
        name = planned.recipe.id
        maps[name] = _maps_of(planned, [maps[source] for source in planned.recipe.inputs], cache)
        stages.append(Stage(planned, tuple(maps[name])))
    source = InputStage(plan.input_shape, tuple(maps[INPUT]))
    return Trace(recipe, source, tuple(stages))


def _maps_of(
    planned: PlannedStage, inputs: Sequence[Sequence[FeatureMap]], cache: MapCache
) -> list[FeatureMap]:
    """Find the maps of a stage in the cache, and compute the others."""
    digests = _digests(planned, [entry.digest for maps in inputs for entry in maps])
    found = cache.get(digests)
    missing = [channel for channel, entry in enumerate(found) if entry is None]
    if not missing:
        return [entry for entry in found if entry is not None]
    values = _computed(planned, inputs, missing if len(missing) < len(found) else None)
    try:
        computed = feature_maps([digests[channel] for channel in missing], values)
    except OverflowError as error:
        raise _overflow(planned.recipe.place) from error
    cache.put(computed)
    fresh = iter(computed)
    return [entry if entry is not None else next(fresh) for entry in found]


def _digests(planned: PlannedStage, sources: Sequence[bytes]) -> list[bytes]:
    """Name the maps of a stage; ``sources`` are the names of the maps before it."""
    return [
        hashlib.blake2b(
            b"".join((identity, *sources[read[0] : read[-1] + 1])), digest_size=DIGEST_BYTES
        ).digest()
        for identity, read in zip(planned.identities, planned.sources, strict=True)
    ]


def _computed(
    planned: PlannedStage, inputs: Sequence[Sequence[FeatureMap]], channels: list[int] | None
) -> FloatArray:
    # Overflow gives infinities, which are refused afterwards with the stage's name.
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        return planned.layer.forward([values_of(maps) for maps in inputs], channels)


def _overflow(place: Place) -> InvalidRequest:
    return InvalidRequest(
        f"The values of stage {place.stage} are too large for float32; use smaller weights in it "
        "or in the stages before.",
        field=place.path,
    )
