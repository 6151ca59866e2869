"""Texts of an address and the values that they stand for, one pair of functions for each type.

Nothing here raises: a text that cannot be read is :data:`UNREADABLE`, a value that has no text is
None. Texts are plain ASCII, so that the page reads them by the same patterns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Protocol

from app.numerics.kernels import PRESETS
from app.scenes.parameters import AddressParameter

UNREADABLE: Final = object()

_INTEGER: Final = re.compile(r" *([0-9]{1,10}) *")
_DECIMAL: Final = re.compile(r" *(-?[0-9]{1,7}(?:\.[0-9]{1,6})?) *")
_NAME: Final = re.compile(r" *([A-Za-z0-9_.-]{1,64}) *")
_STATE: Final = re.compile(r"v[0-9]{1,4}=[A-Za-z0-9_-]*")
_MOST_NUMBERS: Final = 256
_YES: Final = ("on", "1", "true", "yes", "")
_NO: Final = ("off", "0", "false", "no")


class Pictures(Protocol):
    """The sample pictures, as far as an address needs them."""

    def __contains__(self, sample_id: object) -> bool:
        """Tell whether a sample has this name."""

    def item(self, sample_id: str) -> dict[str, Any]:
        """Describe one sample: ``channels``, ``width``, ``height`` and more."""


def read_text(
    parameter: AddressParameter, text: str, *, samples: Pictures, stages: Sequence[str]
) -> Any:
    """Read the text of a parameter.

    Parameters
    ----------
    parameter : AddressParameter
        What the text is of.
    text : str
        As the address gives it, unescaped.
    samples : Pictures
        The pictures that have a name.
    stages : sequence of str
        Ids that ``stage`` may name.

    Returns
    -------
    Any
        The value as it stands in a scene (counted from 0), None for "none", or
        :data:`UNREADABLE`.

    Examples
    --------
    >>> from app.scenes.parameters import parameter_named
    >>> read_text(parameter_named("stride"), "2,1", samples={}, stages=[])
    [2, 1]
    """
    match parameter.type:
        case "image":
            return _image(text, samples)
        case "size":
            return None if _name(text) == "original" else _integer(parameter, text)
        case "choice" | "number":
            return _choice(parameter, text)
        case "kernel":
            return _kernel(text)
        case "integer":
            return _integer(parameter, text)
        case "place":
            return _place(parameter, text)
        case "pair":
            return _pair(parameter, text)
        case "padding":
            return _padding(parameter, text)
        case "numbers":
            return _numbers(parameter, text)
        case "stage":
            return text.strip(" ") if text.strip(" ") in stages else UNREADABLE
        case "cell":
            return _cell(parameter, text)
        case "names":
            return _names(parameter, text)
        case "boolean":
            name = text.strip(" ").lower()
            return True if name in _YES else False if name in _NO else UNREADABLE
        case "state":
            return text if _STATE.fullmatch(text) else UNREADABLE


def _name(text: str) -> str:
    found = _NAME.fullmatch(text)
    return found[1].lower() if found else ""


def _image(text: str, samples: Pictures) -> Any:
    found = _NAME.fullmatch(text)
    name = found[1] if found else ""
    for candidate in (name, name.lower(), name.lower().replace("-", "_")):
        if candidate in samples:
            return candidate
    return UNREADABLE


def _kernel(text: str) -> Any:
    name = _name(text).replace("-", "_")
    return name if name in PRESETS else UNREADABLE


def _choice(parameter: AddressParameter, text: str) -> Any:
    name = _name(text)
    if name not in parameter.choices:
        return UNREADABLE
    if parameter.type == "choice":
        return name
    number = float(name)
    return int(number) if number.is_integer() else number


def _integer(parameter: AddressParameter, text: str) -> Any:
    found = _INTEGER.fullmatch(text)
    if found is None:
        return UNREADABLE
    number = int(found[1])
    low, high = parameter.minimum, parameter.maximum
    is_legal = (low is None or number >= low) and (high is None or number <= high)
    return number if is_legal else UNREADABLE


def _place(parameter: AddressParameter, text: str) -> Any:
    if text.strip(" ") == "":
        return None
    number = _integer(parameter, text)
    return number if number is UNREADABLE else number - 1


def _integers(parameter: AddressParameter, text: str, counts: Sequence[int]) -> Any:
    parts = text.split(",", maxsplit=max(counts))
    numbers = [_integer(parameter, part) for part in parts]
    if len(numbers) not in counts or UNREADABLE in numbers:
        return UNREADABLE
    return numbers


def _pair(parameter: AddressParameter, text: str) -> Any:
    numbers = _integers(parameter, text, (1, 2))
    return numbers if numbers is UNREADABLE else (numbers * 2)[:2]


def _padding(parameter: AddressParameter, text: str) -> Any:
    if _name(text) in parameter.choices:
        return _name(text)
    numbers = _integers(parameter, text, (1, 2, 4))
    if numbers is UNREADABLE:
        return UNREADABLE
    match numbers:
        case [both]:
            return [[both, both], [both, both]]
        case [rows, columns]:
            return [[rows, rows], [columns, columns]]
        case _:
            return [numbers[:2], numbers[2:]]


def _numbers(parameter: AddressParameter, text: str) -> Any:
    found = [_DECIMAL.fullmatch(part) for part in text.split(",", maxsplit=_MOST_NUMBERS)]
    if len(found) > _MOST_NUMBERS or None in found:
        return UNREADABLE
    numbers = [float(match[1]) + 0.0 for match in found if match]
    low, high = parameter.minimum, parameter.maximum
    is_legal = all((low or 0) <= number <= (high or 0) for number in numbers)
    return numbers if is_legal else UNREADABLE


def _cell(parameter: AddressParameter, text: str) -> Any:
    if text.strip(" ") == "":
        return None
    numbers = _integers(parameter, text, (2,))
    return numbers if numbers is UNREADABLE else [number - 1 for number in numbers]


def _names(parameter: AddressParameter, text: str) -> Any:
    """Read a list of names, in the order of the table."""
    given = [name for name in re.split("[ ,]+", text.lower()) if name]
    if given == ["none"]:
        return []
    if len(given) > _MOST_NUMBERS or not all(name in parameter.choices for name in given):
        return UNREADABLE
    return [name for name in parameter.choices if name in given]


# ---- writing -----------------------------------------------------------------------------------


def write_text(parameter: AddressParameter, value: Any) -> str | None:
    """Write a value as the text of a parameter.

    Returns
    -------
    str or None
        None for a value that has no text.

    Examples
    --------
    >>> from app.scenes.parameters import parameter_named
    >>> write_text(parameter_named("cell"), [49, 69])
    '50,70'
    """
    match parameter.type:
        case "image" | "kernel":
            return str(value).replace("_", "-")
        case "size":
            return "original" if value is None else str(value)
        case "pair":
            return _joined([value[0]] if value[0] == value[1] else value)
        case "padding":
            return _padding_text(value)
        case "numbers":
            return _numbers_text(value)
        case "cell":
            return None if value is None else _joined([number + 1 for number in value])
        case "place":
            return None if value is None else str(value + 1)
        case "names":
            return ",".join(value) or "none"
        case "boolean":
            return "on" if value else "off"
        case "number":
            return f"{value:g}"
        case _:
            return str(value)


def _joined(numbers: Sequence[Any]) -> str:
    return ",".join(str(number) for number in numbers)


def _padding_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    rows, columns = value
    if rows[0] != rows[1] or columns[0] != columns[1]:
        return _joined([*rows, *columns])
    return _joined([rows[0]] if rows[0] == columns[0] else [rows[0], columns[0]])


def _numbers_text(numbers: Sequence[float]) -> str | None:
    """Write numbers with at most six decimals; None where one has more."""
    texts = [f"{number:.6f}".rstrip("0").rstrip(".") for number in numbers]
    if any(float(text) != number for text, number in zip(texts, numbers, strict=True)):
        return None
    texts = ["0" if text == "-0" else text for text in texts]
    if not all(map(_DECIMAL.fullmatch, texts)):
        return None
    return texts[0] if len(set(texts)) == 1 else ",".join(texts)
