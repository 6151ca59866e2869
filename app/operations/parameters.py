"""The settings of an operation: what each is called, what it may be, and how it is read.

A :class:`Parameter` is both the schema from which the inspector is built and the reader of the
value in a recipe. A value that cannot be read is refused with the field, the allowed values and
the nearest setting that works.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from app.errors import InvalidRequest
from app.operations.values import (
    is_finite,
    is_integer,
    is_integer_list,
    is_list,
    nearest_name,
    shown,
    shown_pair,
)

ParameterType: TypeAlias = Literal[
    "integer", "number", "pair", "choice", "padding", "boolean", "filters", "bias"
]
Settings: TypeAlias = Mapping[str, Any]
"""The settings of one stage after reading: JSON values, one form for each meaning."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a recipe something is read, so that a refusal can point at it.

    Attributes
    ----------
    stage : str
        Id of the stage; a fix is a patch to it.
    path : str
        For instance ``"stages[0]"``.
    """

    stage: str
    path: str

    def refusal(
        self,
        name: str,
        detail: str,
        *,
        allowed: Any = None,
        label: str = "",
        changes: Mapping[str, Any] | None = None,
    ) -> InvalidRequest:
        """Build the refusal of one setting.

        Parameters
        ----------
        name : str
            Setting, with an index where it is a list: ``"filters[2].mix"``.
        detail : str
            What was asked, of what, why it fails, what would work.
        allowed : Any, optional
            Legal values.
        label : str
            What the button that applies the fix says.
        changes : mapping, optional
            Patch to the stage that works; ``None`` as a value takes the setting out.

        Returns
        -------
        InvalidRequest

        Examples
        --------
        >>> Place("conv1", "stages[0]").refusal("stride", "stride is 0").field
        'stages[0].stride'
        """
        fix = None
        if changes is not None:
            fix = {"label": label, "stage": self.stage, "changes": dict(changes)}
        return InvalidRequest(detail, field=f"{self.path}.{name}", allowed=allowed, fix=fix)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a parameter that has a few named ones."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of an operation, as the inspector shows it and as a recipe gives it.

    Attributes
    ----------
    name, label, help : str
        As in recipes; as on screen; one or two sentences for a student.
    type : str
        What the value is; the inspector has one control for each.
    default : Any
        Taken when the recipe says nothing. ``None``: derived, as ``help`` says.
    minimum, maximum, step : float, optional
        Legal range (of each number of a pair) and the step of the control.
    choices : tuple of Choice
        Legal values, or named ones besides numbers for padding.
    usual_maximum : float, optional
        Where the control ends, if a recipe may go further.
    unit : str
        Of the numbers, ``"cells"`` for instance.
    applies : mapping
        Settings under which this one has a meaning: ``{"kind": ("max",)}``. Elsewhere it is
        read, and left out of the canonical recipe.
    """

    name: str
    label: str
    type: ParameterType
    help: str
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    usual_maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    applies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """Describe the parameter in JSON.

        Examples
        --------
        >>> Parameter("p", "p", "number", "Exponent.", 2, minimum=1).describe()["minimum"]
        1
        """
        described: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "help": self.help,
            "default": self.default,
        }
        for name in ("minimum", "maximum", "step", "usual_maximum"):
            if getattr(self, name) is not None:
                described[name] = getattr(self, name)
        if self.choices:
            described["choices"] = [
                {"value": choice.value, "label": choice.label, "help": choice.help}
                for choice in self.choices
            ]
        if self.unit:
            described["unit"] = self.unit
        if self.applies:
            described["applies"] = {name: list(values) for name, values in self.applies.items()}
        return described

    def applies_to(self, settings: Settings) -> bool:
        """Say whether the parameter has a meaning beside the other settings."""
        return all(settings[name] in values for name, values in self.applies.items())

    def read(self, value: Any, at: Place) -> Any:
        """Read the value of a recipe.

        Parameters
        ----------
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
        >>> stride.read(2, Place("conv1", "stages[0]"))
        [2, 2]
        """
        match self.type:
            case "integer":
                return self._read_integer(value, at)
            case "number":
                return self._read_number(value, at)
            case "pair":
                return self._read_pair(value, at)
            case "choice":
                return self._read_choice(value, at)
            case "padding":
                return self._read_padding(value, at)
            case "boolean":
                return self._read_boolean(value, at)
            case _:
                raise TypeError(f"{self.type} is read by its operation")

    def _read_integer(self, value: Any, at: Place) -> int:
        if not is_integer(value):
            raise self._wrong(value, at, f"a whole number{self._range_words()}")
        if not self._is_in_range(value):
            raise self._outside(value, at, int(self._clamped(value)))
        return int(value)

    def _read_number(self, value: Any, at: Place) -> float:
        if not is_finite(value):
            raise self._wrong(value, at, f"a finite number{self._range_words()}")
        if not self._is_in_range(value):
            raise self._outside(value, at, self._clamped(value))
        return float(value)

    def _read_pair(self, value: Any, at: Place) -> list[int]:
        pair = [value, value] if is_integer(value) else value
        if not is_integer_list(pair, 2):
            raise self._wrong(
                value, at, f"a whole number or a pair [rows, columns]{self._range_words()}"
            )
        if not all(self._is_in_range(number) for number in pair):
            raise self._outside(value, at, [int(self._clamped(number)) for number in pair])
        return [int(number) for number in pair]

    def _read_choice(self, value: Any, at: Place) -> str:
        values = [choice.value for choice in self.choices]
        if value in values:
            return str(value)
        nearest = nearest_name(value, values) or self.default
        label = next(choice.label for choice in self.choices if choice.value == nearest)
        raise at.refusal(
            self.name,
            f"{self.name} is {shown(value)}; it is one of {', '.join(values)}.",
            allowed=values,
            label=f"Use {label}",
            changes={self.name: nearest},
        )

    def _read_boolean(self, value: Any, at: Place) -> bool:
        if not isinstance(value, bool):
            raise self._wrong(value, at, "true or false")
        return value

    def _read_padding(self, value: Any, at: Place) -> Any:
        names = [choice.value for choice in self.choices]
        if isinstance(value, str):
            if value in names:
                return value
            raise self._wrong(value, at, self._padding_words(names))
        if is_integer(value):
            pairs = [[value, value], [value, value]]
        elif is_integer_list(value, 2):
            pairs = [[value[0], value[0]], [value[1], value[1]]]
        elif is_list(value, 2) and all(is_integer_list(pair, 2) for pair in value):
            pairs = [list(pair) for pair in value]
        else:
            raise self._wrong(value, at, self._padding_words(names))
        if not all(self._is_in_range(number) for pair in pairs for number in pair):
            clamped = [[int(self._clamped(number)) for number in pair] for pair in pairs]
            raise self._outside(value, at, clamped)
        return [[int(number) for number in pair] for pair in pairs]

    def _padding_words(self, names: Sequence[str]) -> str:
        return (
            "a number, a pair [rows, columns], [[top, bottom], [left, right]]"
            f"{self._range_words()}, or one of {', '.join(names)}"
        )

    def _is_in_range(self, value: float) -> bool:
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        return low <= value <= high

    def _clamped(self, value: float) -> float:
        if self.minimum is not None and value < self.minimum:
            return self.minimum
        return self.maximum if self.maximum is not None and value > self.maximum else value

    def _range_words(self) -> str:
        if self.minimum is None or self.maximum is None:
            return ""
        return f" from {self.minimum:g} to {self.maximum:g}"

    def allowed(self) -> Any:
        """Give what the value may be, for a refusal."""
        if self.type in ("choice", "boolean"):
            return [choice.value for choice in self.choices] or [False, True]
        limits = {"minimum": self.minimum, "maximum": self.maximum}
        return {name: limit for name, limit in limits.items() if limit is not None} or None

    def _wrong(self, value: Any, at: Place, expected: str) -> InvalidRequest:
        return at.refusal(
            self.name,
            f"{self.name} is {shown(value)}; it is {expected}.",
            allowed=self.allowed(),
            label=f"Use the usual {self.label.lower()}",
            changes={self.name: None},
        )

    def _outside(self, value: Any, at: Place, nearest: Any) -> InvalidRequest:
        return at.refusal(
            self.name,
            f"{self.name} is {shown(value)}; it is{self._range_words()}.",
            allowed=self.allowed(),
            label=f"Use {self.label.lower()} {shown_pair(nearest)}",
            changes={self.name: nearest},
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
        settings[parameter.name] = None if value is None else parameter.read(value, at)
    return {
        parameter.name: settings[parameter.name]
        for parameter in parameters
        if parameter.name in settings and parameter.applies_to(settings)
    }


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
