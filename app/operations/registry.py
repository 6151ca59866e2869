"""All operations by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from app.operations.activation import Activation
from app.operations.base import Operation
from app.operations.conv import Conv
from app.operations.pool import Pool

OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {operation.name: operation for operation in (Conv(), Activation(), Pool())}
)


def describe_operations() -> list[dict[str, Any]]:
    """Describe every operation in JSON, in the order of the registry.

    Examples
    --------
    >>> [operation["name"] for operation in describe_operations()]
    ['conv', 'activation', 'pool']
    """
    return [operation.describe() for operation in OPERATIONS.values()]
