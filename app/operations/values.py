"""Values as JSON gives them: what they are, and how a message shows them."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from typing import Any


def is_integer(value: Any) -> bool:
    """Say whether a JSON value is a whole number (and not true or false)."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def is_finite(value: Any) -> bool:
    """Say whether a JSON value is a number that a float can hold (and not true or false)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def is_list(value: Any, length: int) -> bool:
    """Say whether a JSON value is a list of so many items."""
    return isinstance(value, list | tuple) and len(value) == length


def is_integer_list(value: Any, length: int) -> bool:
    """Say whether a JSON value is a list of so many whole numbers."""
    return is_list(value, length) and all(is_integer(number) for number in value)


def counted(count: int, noun: str) -> str:
    """Count things in words: a noun whose plural has an s.

    Examples
    --------
    >>> counted(1, "filter"), counted(2, "filter")
    ('1 filter', '2 filters')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def nearest_name(value: Any, names: Sequence[str]) -> str | None:
    """Find the name that somebody probably meant.

    Examples
    --------
    >>> nearest_name("sobelx", ["sobel_x", "emboss"])
    'sobel_x'
    """
    if not isinstance(value, str):
        return None
    return next(iter(difflib.get_close_matches(value[:60].lower(), names, n=1)), None)


def shown(value: Any) -> str:
    """Show a value in a message, cut where it is long.

    Examples
    --------
    >>> shown("a" * 100)[-4:]
    "aa…'"
    """
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "…")
    if isinstance(value, list | tuple):
        # Two levels of lists say enough, and cannot recurse without end.
        inner = ", ".join(_shown_inside(item) for item in value[:4])
        return f"[{inner}, …]" if len(value) > 4 else f"[{inner}]"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    try:
        text = f"{value:g}" if isinstance(value, float) else f"{value}"
    except ValueError:
        return "a very long number"
    return text if len(text) <= 40 else text[:40] + "…"


def _shown_inside(value: Any) -> str:
    if not isinstance(value, list | tuple):
        return shown(value)
    flat = ["[…]" if isinstance(item, list | tuple) else shown(item) for item in value[:4]]
    return f"[{', '.join(flat)}, …]" if len(value) > 4 else f"[{', '.join(flat)}]"


def shown_pair(value: Any) -> str:
    """Show a setting for rows and columns, as one number where both are equal.

    Examples
    --------
    >>> shown_pair([2, 2]), shown_pair([2, 3]), shown_pair([[1, 1], [0, 2]])
    ('2', '2 × 3', '1 × (0, 2)')
    """
    if not isinstance(value, list | tuple):
        return shown(value)
    parts = [_shown_ends(item) for item in value]
    return parts[0] if len(set(parts)) == 1 else " × ".join(parts)


def _shown_ends(value: Any) -> str:
    if not isinstance(value, list | tuple):
        return shown(value)
    before, after = value
    return shown(before) if before == after else f"({shown(before)}, {shown(after)})"
