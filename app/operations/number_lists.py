"""Nested lists of numbers, as JSON gives them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from app.operations.values import is_finite

MAX_NUMBER: Final = 1e6


def finite_box(value: Any, *, axes: int) -> npt.NDArray[np.float64] | None:
    """Read nested lists of finite numbers, none of them empty or ragged.

    Returns
    -------
    ndarray of float64 or None
        ``None`` if they are anything else, or a number is beyond ``MAX_NUMBER``.

    Examples
    --------
    >>> finite_box([[1, 2], [3]], axes=2) is None
    True
    >>> finite_box([[1, True]], axes=2) is None
    True
    """
    if not isinstance(value, list | tuple | np.ndarray):
        return None
    try:
        box = np.array(value)
        if box.dtype.kind not in "iuf" or box.ndim != axes or box.size == 0:
            return None
        box = box.astype(np.float64)
    except (ValueError, TypeError, OverflowError):
        return None
    if _has_boolean(value, axes):
        return None
    if not (np.abs(box) <= MAX_NUMBER).all():
        return None
    # Adding zero turns -0.0 into 0.0, so that equal recipes have equal text.
    numbers: npt.NDArray[np.float64] = box + 0.0
    return numbers


def _has_boolean(value: Any, axes: int) -> bool:
    """Say whether true or false stands among numbers, which NumPy takes for 1 and 0."""
    if isinstance(value, np.ndarray):
        return False
    if axes == 1:
        return bool in set(map(type, value))
    return any(_has_boolean(inner, axes - 1) for inner in value)


def finite_list(value: Any) -> list[float] | None:
    """Read a list of finite numbers, which has at least one.

    Returns
    -------
    list of float or None
        ``None`` if it is anything else, or a number is beyond ``MAX_NUMBER``.

    Examples
    --------
    >>> finite_list([1, -0.0]), finite_list([True])
    ([1.0, 0.0], None)
    """
    if not isinstance(value, list | tuple) or not value:
        return None
    if not all(is_finite(number) and abs(number) <= MAX_NUMBER for number in value):
        return None
    # Adding zero turns -0.0 into 0.0, as above.
    return [float(number) + 0.0 for number in value]


def as_json(box: npt.NDArray[np.float64]) -> list[Any]:
    """Give an array as nested lists."""
    listed: list[Any] = box.tolist()
    return listed
