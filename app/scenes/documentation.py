"""The documentation of addresses, written from the table that reads them."""

from __future__ import annotations

from collections.abc import Sequence

from app.numerics.kernels import PRESETS
from app.scenes.parameters import PARAMETERS, AddressParameter


def parameter_table(entries: Sequence[AddressParameter] = PARAMETERS) -> str:
    """Write a table of parameters in Markdown.

    Examples
    --------
    >>> print(parameter_table([PARAMETERS[0]]).splitlines()[0])
    | parameter | value | left out | example | meaning |
    """
    rows = [
        f"| {_names(entry)} | {entry.expected.replace('|', ' ')} | {_code(entry.default)} "
        f"| `{entry.name}={entry.example}` | {entry.documentation} |"
        for entry in entries
        if entry.is_public
    ]
    head = ["| parameter | value | left out | example | meaning |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def kernel_list() -> str:
    """List the names of all kernels, as addresses write them."""
    return ", ".join(f"`{name.replace('_', '-')}`" for name in PRESETS)


def _names(entry: AddressParameter) -> str:
    names = f"`{entry.name}`"
    if entry.aliases:
        names += f" (also {', '.join(f'`{alias}`' for alias in entry.aliases)})"
    return names


def _code(text: str | None) -> str:
    return "" if text is None else f"`{text}`"
