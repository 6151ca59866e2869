"""What the engine says to an address: only scenes that can be computed leave here."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import InvalidRequest, VisualizerError
from app.operations.base import Shape
from app.pipeline.limits import Limits
from app.pipeline.plan import plan_run
from app.pipeline.recipe import INPUT, InputPicture, parse_recipe
from app.scenes.interpret import Reading, geometry_of, instead, interpreted
from app.scenes.parameters import GEOMETRY, parameter_named
from app.scenes.recipes import USUAL_SIZE, RecipeJson, conv_on_show
from app.scenes.scene import Scene, quoted
from app.scenes.texts import Pictures
from app.scenes.view import fit_view

# What is given up first, when parameters do not go together.
GIVEN_UP: tuple[str, ...] = (
    *reversed(GEOMETRY),
    *("size", "color", "seed", "kernel", "image", "state"),
)


def computable(
    texts: Mapping[str, str], reading: Reading, *, samples: Pictures, limits: Limits
) -> Reading:
    """Leave out what the engine refuses, and let go of a view outside the maps.

    Parameters
    ----------
    texts : mapping
        Text by name of the parameter.
    reading : Reading
        What they say.
    samples, limits
        As everywhere.

    Returns
    -------
    Reading
        With a scene that can be computed.
    """
    shapes = refused(reading.scene.recipe, samples=samples, limits=limits)
    notes: list[str] = []
    if isinstance(shapes, VisualizerError) and "state" in texts:
        texts, reading, notes = _without_state(texts, reading, samples, limits)
        shapes = refused(reading.scene.recipe, samples=samples, limits=limits)
    if isinstance(shapes, VisualizerError):
        reading, shapes = _without_refused(texts, shapes, samples, limits)
    view, outside = fit_view(reading.scene.view, shapes)
    return Reading(Scene(reading.scene.recipe, view), (*reading.notes, *notes, *outside))


def refused(
    recipe: RecipeJson, *, samples: Pictures, limits: Limits
) -> dict[str, Shape] | VisualizerError:
    """Ask the engine for the shapes of a recipe's maps, or why it has none."""
    try:
        return scene_shapes(recipe, samples=samples, limits=limits)
    except VisualizerError as error:
        return error


def scene_shapes(
    recipe: RecipeJson, *, samples: Pictures, limits: Limits | None = None
) -> dict[str, Shape]:
    """Give the shape ``(channels, rows, columns)`` of every stage's maps, without computing them.

    Raises
    ------
    InvalidRequest, LimitExceeded
        If the recipe cannot be computed; so also when its picture is not a sample.

    Examples
    --------
    >>> from app.images.samples import Samples
    >>> from app.pipeline.defaults import default_recipe
    >>> from app.resources import folder
    >>> scene_shapes(default_recipe(), samples=Samples(folder("sample_images")))["pool2"]
    (6, 22, 22)
    """
    limits = limits or Limits()
    parsed = parse_recipe(recipe, limits=limits)
    shape = picture_shape(parsed.input, samples=samples, limits=limits)
    plan = plan_run(parsed, shape, limits=limits)
    return {INPUT: shape} | {stage.recipe.id: stage.layer.out_shape for stage in plan.stages}


def picture_shape(picture: InputPicture, *, samples: Pictures, limits: Limits) -> Shape:
    """Give ``(channels, rows, columns)`` of a recipe's picture, without decoding it.

    Raises
    ------
    InvalidRequest
        If it is not a sample.
    """
    if picture.pixel_maps is not None:
        channels, rows, columns = picture.pixel_maps.shape
        return channels, rows, columns
    if picture.image not in samples:
        raise InvalidRequest(
            f"There is no sample picture {quoted(picture.image or '')}.", field="input.image"
        )
    item = samples.item(picture.image or "")
    width, height = item["width"], item["height"]
    if picture.fit == "crop":
        width = height = min(width, height)
    side = min(picture.size or limits.max_side, limits.max_side)
    longest = max(width, height)
    if longest > side:
        width, height = (max(1, round(length * side / longest)) for length in (width, height))
    return (1 if picture.color == "grey" else 3), height, width


def _without_state(
    texts: Mapping[str, str], reading: Reading, samples: Pictures, limits: Limits
) -> tuple[Mapping[str, str], Reading, list[str]]:
    """Leave out a packed scene that cannot be computed even by itself."""
    alone = interpreted({"state": texts["state"]}, samples=samples, limits=limits)
    refusal = refused(alone.scene.recipe, samples=samples, limits=limits)
    if not isinstance(refusal, VisualizerError):
        return texts, reading, []
    rest = {name: text for name, text in texts.items() if name != "state"}
    reading = interpreted(rest, samples=samples, limits=limits)
    return rest, reading, [_note_on_state(refusal)]


def _note_on_state(refusal: VisualizerError) -> str:
    return f"The scene in the address cannot be computed: {refusal.detail} It is left out."


def _without_refused(
    texts: Mapping[str, str], refusal: VisualizerError, samples: Pictures, limits: Limits
) -> tuple[Reading, dict[str, Shape]]:
    """Leave out the one parameter that is to blame, else all that change the recipe."""
    given = [name for name in GIVEN_UP if name in texts]
    for gone in [*([name] for name in given), given]:
        rest = {name: text for name, text in texts.items() if name not in gone}
        reading = interpreted(rest, samples=samples, limits=limits)
        shapes = refused(reading.scene.recipe, samples=samples, limits=limits)
        if not isinstance(shapes, VisualizerError):
            note = _note(gone, texts, refusal, reading.scene)
            return Reading(reading.scene, (*reading.notes, note)), shapes
    raise refusal


def _note(gone: list[str], texts: Mapping[str, str], refusal: VisualizerError, scene: Scene) -> str:
    if gone == ["state"]:
        return _note_on_state(refusal)
    if len(gone) > 1:
        names = ", ".join(gone)
        return f"The address cannot be computed: {refusal.detail} Left out: {names}."
    (name,) = gone
    current = scene.recipe["input"].get("size", USUAL_SIZE) if name == "size" else None
    stage = conv_on_show(scene.recipe, scene.stage)
    if name in GEOMETRY and stage is not None:
        current = geometry_of(stage, name)
    words = instead(parameter_named(name), current)
    return (
        f"{name} is {quoted(texts[name])} in the address, which does not fit: {refusal.detail} "
        f"{words}"
    )
