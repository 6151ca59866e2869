"""The settings of an operation: what each is called, and what it may be.

The inspector is built from these descriptions, and :mod:`app.operations.reading` reads recipes by
them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

ParameterType: TypeAlias = Literal[
    "integer", "number", "pair", "choice", "padding", "boolean", "filters", "bias"
]
Settings: TypeAlias = Mapping[str, Any]
"""The settings of one stage after reading: JSON values, one form for each meaning."""


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

    def is_in_range(self, value: float) -> bool:
        """Say whether a number is legal."""
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        return low <= value <= high

    def clamped(self, value: float) -> float:
        """Give the legal number that is nearest."""
        if self.minimum is not None and value < self.minimum:
            return self.minimum
        return self.maximum if self.maximum is not None and value > self.maximum else value

    def range_words(self) -> str:
        """Write the range, to go on after a noun; nothing where an end is open."""
        if self.minimum is None or self.maximum is None:
            return ""
        return f" from {self.minimum:g} to {self.maximum:g}"

    def allowed(self) -> Any:
        """Give what the value may be, for a refusal."""
        if self.type in ("choice", "boolean"):
            return [choice.value for choice in self.choices] or [False, True]
        limits = {"minimum": self.minimum, "maximum": self.maximum}
        return {name: limit for name, limit in limits.items() if limit is not None} or None
