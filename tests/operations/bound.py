"""Operations bound to settings and shapes, as the pipeline binds them."""

from __future__ import annotations

from typing import Any

from app.operations.base import Layer, Shape
from app.operations.place import Place
from app.operations.registry import OPERATIONS

AT = Place("stage", "stages[0]")


def bound(op: str, shape: Shape, **settings: Any) -> Layer:
    operation = OPERATIONS[op]
    return operation.bind(operation.read(settings, AT), [shape], AT)
