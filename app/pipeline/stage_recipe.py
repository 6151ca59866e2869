"""One stage of a recipe: its name, its operation, what it reads, its settings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import orjson

from app.errors import InvalidRequest
from app.operations.base import Operation
from app.operations.parameters import Settings
from app.operations.place import Place
from app.operations.registry import OPERATIONS
from app.operations.values import nearest_name, shown

STAGE_ID: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
REMEMBERED_STAGES: Final = 256
REMEMBERED_BYTES: Final = 8192


@dataclass(frozen=True, eq=False)
class StageRecipe:
    """One stage as it was asked for: read, but not yet bound to shapes.

    Attributes
    ----------
    id : str
    operation : Operation
    inputs : tuple of str
        Earlier stages, or ``"input"``.
    settings : mapping
        Canonical, in JSON.
    place : Place
        For refusals.
    """

    id: str
    operation: Operation
    inputs: tuple[str, ...]
    settings: Settings
    place: Place

    @cached_property
    def canonical(self) -> dict[str, Any]:
        """The one JSON form of this stage; not to be changed."""
        return {
            "id": self.id,
            "op": self.operation.name,
            "inputs": list(self.inputs),
            **self.settings,
        }


def read_stage(data: Any, path: str, known: Sequence[str]) -> StageRecipe:
    """Read one stage; ``known`` are the ids before it, the last one directly before."""
    if not isinstance(data, Mapping):
        raise InvalidRequest(
            f'{path} is not an object {{"id": …, "op": …}} with settings.', field=path
        )
    stage_id = data.get("id")
    if not isinstance(stage_id, str) or not STAGE_ID.fullmatch(stage_id):
        raise InvalidRequest(
            f"{path}.id is {shown(stage_id)}; an id is a small letter and then at most 31 small "
            "letters, digits, _ or -.",
            field=f"{path}.id",
        )
    if stage_id in known:
        raise InvalidRequest(
            f"{path}.id is {shown(stage_id)}, which another stage has; ids are unique.",
            field=f"{path}.id",
        )
    operation = _read_operation(data.get("op"), Place(stage_id, path))
    inputs = _read_inputs(data.get("inputs"), operation, known, Place(stage_id, path))
    own = {
        name: value
        for name, value in data.items()
        if name not in ("id", "op", "inputs") and value is not None
    }
    text = _text_of(own)
    if text is None:
        return _stage_of(stage_id, path, operation, inputs, own)
    return _remembered_stage(stage_id, path, operation, inputs, text)


def _text_of(settings: Mapping[str, Any]) -> bytes | None:
    """Write settings as text, if they are small enough to be remembered by it."""
    try:
        text = orjson.dumps(settings)
    except orjson.JSONEncodeError:
        return None
    # Numbers that JSON does not have are written as null, so they are read without this.
    return text if len(text) <= REMEMBERED_BYTES and b"null" not in text else None


@lru_cache(maxsize=REMEMBERED_STAGES)
def _remembered_stage(
    stage_id: str, path: str, operation: Operation, inputs: tuple[str, ...], text: bytes
) -> StageRecipe:
    """Read a stage once: in an edit all stages but one are those of the recipe before."""
    return _stage_of(stage_id, path, operation, inputs, orjson.loads(text))


def _stage_of(
    stage_id: str,
    path: str,
    operation: Operation,
    inputs: tuple[str, ...],
    settings: Mapping[str, Any],
) -> StageRecipe:
    at = Place(stage_id, path)
    return StageRecipe(stage_id, operation, inputs, operation.read(settings, at), at)


def _read_operation(name: Any, at: Place) -> Operation:
    if isinstance(name, str) and name in OPERATIONS:
        return OPERATIONS[name]
    nearest = nearest_name(name, list(OPERATIONS))
    raise at.refusal(
        "op",
        f"op is {shown(name)}; there are {', '.join(OPERATIONS)}.",
        allowed=list(OPERATIONS),
        label=f"Use {nearest}",
        changes={"op": nearest} if nearest else None,
    )


def _read_inputs(
    value: Any, operation: Operation, known: Sequence[str], at: Place
) -> tuple[str, ...]:
    fewest, most = operation.inputs
    if value is None and fewest == 1:
        return (known[-1],)
    count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    if not isinstance(value, list | tuple) or not fewest <= len(value) <= most:
        raise at.refusal(
            "inputs",
            f"inputs is {shown(value)}; {operation.name} reads {count} earlier "
            f"stage{'' if most == 1 else 's'}.",
            allowed=list(known),
            label=f"Read {known[-1]}",
            changes={"inputs": None},
        )
    for name in value:
        if not isinstance(name, str) or name not in known:
            raise at.refusal(
                "inputs",
                f"inputs names {shown(name)}, which is not an earlier stage; there are "
                f"{', '.join(known)}.",
                allowed=list(known),
                label=f"Read {known[-1]}",
                changes={"inputs": None},
            )
    return tuple(value)
