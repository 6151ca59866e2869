"""All operations by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.operations.activation import Activation
from app.operations.base import Operation
from app.operations.conv import Conv
from app.operations.pool import Pool


class Registry(Mapping[str, Operation]):
    """Operations by name, in the order in which they are shown.

    Examples
    --------
    >>> list(OPERATIONS)
    ['conv', 'activation', 'pool']
    """

    def __init__(self, *operations: Operation) -> None:
        self._operations = {operation.name: operation for operation in operations}

    def __getitem__(self, name: str) -> Operation:
        """Find an operation."""
        return self._operations[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._operations)

    def __len__(self) -> int:
        """Count the operations."""
        return len(self._operations)

    def describe(self) -> list[dict[str, Any]]:
        """Describe every operation in JSON: what the inspector is built from."""
        return [operation.describe() for operation in self.values()]


OPERATIONS: Final = Registry(Conv(), Activation(), Pool())
