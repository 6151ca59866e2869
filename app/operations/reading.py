"""How the settings of a stage are read: one form for each meaning.

A value that cannot be read is refused with the field, the allowed values and the nearest setting
that works.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import InvalidRequest
from app.operations.parameters import Parameter
from app.operations.place import Place
from app.operations.values import (
    is_finite,
    is_integer,
    is_integer_list,
    is_list,
    nearest_name,
    shown,
    shown_pair,
)


def read_settings(
    parameters: Sequence[Parameter], raw: Mapping[str, Any], at: Place, *, extra: Sequence[str] = ()
) -> dict[str, Any]:
    """Read all settings of a stage that have a plain type.

    Parameters
    ----------
    parameters : sequence of Parameter
        In the order in which they are read.
    raw : mapping
        The stage as the recipe gives it, without ``id``, ``op``, ``inputs``. ``None`` counts as
        left out.
    at : Place
        For refusals.
    extra : sequence of str
        Names that the operation reads itself.

    Returns
    -------
    dict
        Canonical value by name. A default of ``None`` is left to the operation; a setting that
        has no meaning beside the others is left out.

    Raises
    ------
    InvalidRequest
        If a name is unknown or a value illegal.

    Examples
    --------
    >>> slope = Parameter("slope", "Slope", "number", "", 0.01, minimum=0, maximum=1)
    >>> read_settings([slope], {}, Place("a", "stages[0]"))
    {'slope': 0.01}
    """
    known = [parameter.name for parameter in parameters]
    for name, value in raw.items():
        if value is not None and name not in known and name not in extra:
            raise _unknown(name, [*known, *extra], at)
    settings: dict[str, Any] = {}
    for parameter in parameters:
        value = raw.get(parameter.name)
        if parameter.name in extra:
            continue
        if value is None:
            value = parameter.default
        settings[parameter.name] = None if value is None else read_value(parameter, value, at)
    return {
        parameter.name: settings[parameter.name]
        for parameter in parameters
        if parameter.name in settings and parameter.applies_to(settings)
    }


def read_value(parameter: Parameter, value: Any, at: Place) -> Any:
    """Read the value of a recipe.

    Parameters
    ----------
    parameter : Parameter
        What the value is of.
    value : Any
        Parsed JSON.
    at : Place
        For the refusal.

    Returns
    -------
    Any
        The same value in its one canonical form: a pair for a single number, and so on.

    Raises
    ------
    InvalidRequest
        If the value is not of this type or out of range.

    Examples
    --------
    >>> stride = Parameter("stride", "Stride", "pair", "", 1, minimum=1, maximum=9)
    >>> read_value(stride, 2, Place("conv1", "stages[0]"))
    [2, 2]
    """
    match parameter.type:
        case "integer":
            return _read_integer(parameter, value, at)
        case "number":
            return _read_number(parameter, value, at)
        case "pair":
            return _read_pair(parameter, value, at)
        case "choice":
            return _read_choice(parameter, value, at)
        case "padding":
            return _read_padding(parameter, value, at)
        case "boolean":
            return _read_boolean(parameter, value, at)
        case _:
            raise TypeError(f"{parameter.type} is read by its operation")


def _read_integer(parameter: Parameter, value: Any, at: Place) -> int:
    if not is_integer(value):
        raise _wrong(parameter, value, at, f"a whole number{parameter.range_words()}")
    if not parameter.is_in_range(value):
        raise _outside(parameter, value, at, int(parameter.clamped(value)))
    return int(value)


def _read_number(parameter: Parameter, value: Any, at: Place) -> float:
    if not is_finite(value):
        raise _wrong(parameter, value, at, f"a finite number{parameter.range_words()}")
    if not parameter.is_in_range(value):
        raise _outside(parameter, value, at, parameter.clamped(value))
    return float(value)


def _read_pair(parameter: Parameter, value: Any, at: Place) -> list[int]:
    pair = [value, value] if is_integer(value) else value
    if not is_integer_list(pair, 2):
        raise _wrong(
            parameter,
            value,
            at,
            f"a whole number or a pair [rows, columns]{parameter.range_words()}",
        )
    if not all(parameter.is_in_range(number) for number in pair):
        raise _outside(parameter, value, at, [int(parameter.clamped(number)) for number in pair])
    return [int(number) for number in pair]


def _read_choice(parameter: Parameter, value: Any, at: Place) -> str:
    values = [choice.value for choice in parameter.choices]
    if value in values:
        return str(value)
    nearest = nearest_name(value, values) or parameter.default
    label = next(choice.label for choice in parameter.choices if choice.value == nearest)
    raise at.refusal(
        parameter.name,
        f"{parameter.name} is {shown(value)}; it is one of {', '.join(values)}.",
        allowed=values,
        label=f"Use {label}",
        changes={parameter.name: nearest},
    )


def _read_boolean(parameter: Parameter, value: Any, at: Place) -> bool:
    if not isinstance(value, bool):
        raise _wrong(parameter, value, at, "true or false")
    return value


def _read_padding(parameter: Parameter, value: Any, at: Place) -> Any:
    names = [choice.value for choice in parameter.choices]
    if isinstance(value, str):
        if value in names:
            return value
        raise _wrong(parameter, value, at, _padding_words(parameter, names))
    if is_integer(value):
        pairs = [[value, value], [value, value]]
    elif is_integer_list(value, 2):
        pairs = [[value[0], value[0]], [value[1], value[1]]]
    elif is_list(value, 2) and all(is_integer_list(pair, 2) for pair in value):
        pairs = [list(pair) for pair in value]
    else:
        raise _wrong(parameter, value, at, _padding_words(parameter, names))
    if not all(parameter.is_in_range(number) for pair in pairs for number in pair):
        clamped = [[int(parameter.clamped(number)) for number in pair] for pair in pairs]
        raise _outside(parameter, value, at, clamped)
    return [[int(number) for number in pair] for pair in pairs]


def _padding_words(parameter: Parameter, names: Sequence[str]) -> str:
    return (
        "a number, a pair [rows, columns], [[top, bottom], [left, right]]"
        f"{parameter.range_words()}, or one of {', '.join(names)}"
    )


def _wrong(parameter: Parameter, value: Any, at: Place, expected: str) -> InvalidRequest:
    return at.refusal(
        parameter.name,
        f"{parameter.name} is {shown(value)}; it is {expected}.",
        allowed=parameter.allowed(),
        label=f"Use the usual {parameter.label.lower()}",
        changes={parameter.name: None},
    )


def _outside(parameter: Parameter, value: Any, at: Place, nearest: Any) -> InvalidRequest:
    return at.refusal(
        parameter.name,
        f"{parameter.name} is {shown(value)}; it is{parameter.range_words()}.",
        allowed=parameter.allowed(),
        label=f"Use {parameter.label.lower()} {shown_pair(nearest)}",
        changes={parameter.name: nearest},
    )


def _unknown(name: str, known: Sequence[str], at: Place) -> InvalidRequest:
    nearest = nearest_name(name, known)
    hint = f" Did you mean {nearest}?" if nearest else f" It has {', '.join(sorted(set(known)))}."
    return at.refusal(
        name[:60],
        f"Stage {at.stage} has no setting {shown(name)}.{hint}",
        allowed=sorted(set(known)),
        label=f"Leave out {name[:40]}",
        changes={name: None},
    )
