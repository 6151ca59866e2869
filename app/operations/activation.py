"""Activation: a function applied to every cell by itself; the map keeps its shape."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.numerics import activation as numerics
from app.numerics.shapes import FloatArray
from app.operations import snippets
from app.operations.base import (
    Explanation,
    Framework,
    Kind,
    Layer,
    Maps,
    Operation,
    Shape,
    Term,
    plain,
    stacked,
)
from app.operations.geometry import Axis
from app.operations.parameters import Choice, Parameter, Settings
from app.operations.place import Place
from app.operations.reading import read_settings
from app.operations.values import shown


@dataclass(frozen=True, slots=True)
class Function:
    """One activation function.

    Attributes
    ----------
    label, formula, help : str
        As on screen; in terms of ``z``; one sentence for a student. The formula names the
        settings in braces.
    compute : callable
        Of the engine; takes the settings by keyword.
    comparisons : int
        For each cell.
    """

    label: str
    formula: str
    help: str
    compute: Callable[..., FloatArray]
    comparisons: int = 0


def _unchanged(x: FloatArray) -> FloatArray:
    return x


FUNCTIONS: Final[Mapping[str, Function]] = {
    "none": Function("None", "z", "Every cell passes unchanged.", _unchanged),
    "relu": Function(
        "ReLU",
        "max(0, z)",
        "Keeps every positive cell and sets the rest to zero.",
        numerics.relu,
        1,
    ),
    "leaky_relu": Function(
        "Leaky ReLU",
        "max(0, z) + {negative_slope} · min(0, z)",
        "Keeps positive cells and makes negative ones small instead of zero.",
        numerics.leaky_relu,
        1,
    ),
    "elu": Function(
        "ELU",
        "z, or {alpha} · (exp(z) − 1) below 0",
        "Like ReLU, but negative cells level off smoothly.",
        numerics.elu,
        1,
    ),
    "gelu": Function(
        "GELU",
        "z · Φ(z)",
        "A smooth ReLU: each cell times the chance that a normal number is smaller.",
        numerics.gelu,
    ),
    "sigmoid": Function(
        "Sigmoid",
        "1 / (1 + exp(−z))",
        "Squeezes every cell between 0 and 1.",
        numerics.sigmoid,
    ),
    "tanh": Function("Tanh", "tanh(z)", "Squeezes every cell between −1 and 1.", numerics.tanh),
    "softplus": Function(
        "Softplus", "ln(1 + exp(z))", "A smooth ReLU that is never zero.", numerics.softplus
    ),
    "hardswish": Function(
        "Hard swish",
        "z · clip(z + 3, 0, 6) / 6",
        "A cheap smooth ReLU: zero below −3, unchanged above 3.",
        numerics.hardswish,
        2,
    ),
}

PARAMETERS: Final = (
    Parameter(
        "function",
        "Function",
        "choice",
        "What happens to every cell. Without one, several convolutions in a row could be written "
        "as a single one.",
        "relu",
        choices=tuple(
            Choice(name, function.label, function.help) for name, function in FUNCTIONS.items()
        ),
    ),
    Parameter(
        "negative_slope",
        "Negative slope",
        "number",
        "How steep the negative half is.",
        0.01,
        minimum=-10,
        maximum=10,
        step=0.01,
        usual_maximum=1,
        applies={"function": ("leaky_relu",)},
    ),
    Parameter(
        "alpha",
        "Alpha",
        "number",
        "Where the negative half levels off, as a number below zero.",
        1.0,
        minimum=-10,
        maximum=10,
        step=0.1,
        usual_maximum=3,
        applies={"function": ("elu",)},
    ),
    Parameter(
        "approximate",
        "Formula",
        "choice",
        "The exact bell curve, or the usual shortcut with tanh.",
        "none",
        choices=(
            Choice("none", "exact", "With the error function."),
            Choice("tanh", "with tanh", "0.5 z (1 + tanh(√(2/π) (z + 0.044715 z³)))."),
        ),
        applies={"function": ("gelu",)},
    ),
)


class Activation(Operation):
    """Activation, as recipes describe it."""

    name = "activation"
    title = "Activation"
    kind = "elementwise"
    summary = "One function is applied to every cell by itself; the map keeps its shape."
    parameters = PARAMETERS

    def read(self, raw: Mapping[str, Any], at: Place) -> Settings:
        """Read the settings of a stage.

        Raises
        ------
        InvalidRequest
            If a name is unknown or a value illegal.
        """
        return read_settings(PARAMETERS, raw, at)

    def bind(self, settings: Settings, shapes: Sequence[Shape], at: Place) -> ActivationLayer:
        """Bind the activation to its settings and the shape of its input."""
        return ActivationLayer(settings, shapes[0])


class ActivationLayer(Layer):
    """An activation bound to its settings and the shape of its input."""

    kind: Kind = "elementwise"

    def __init__(self, settings: Settings, shape: Shape) -> None:
        self.settings = settings
        self.function = FUNCTIONS[settings["function"]]
        self.options = {name: value for name, value in settings.items() if name != "function"}
        self.out_shape = shape
        self._identity = f"activation {settings}".encode()
        self.rows, self.columns = Axis(shape[1]), Axis(shape[2])
        self.comparisons = self.function.comparisons * math.prod(shape)

    def title(self) -> str:
        """Name the function."""
        return Activation.title if self.settings["function"] == "none" else self.function.label

    def summary(self) -> str:
        """Write the function in terms of ``z``.

        Examples
        --------
        >>> at = Place("relu1", "stages[0]")
        >>> Activation().bind(Activation().read({}, at), [(1, 9, 9)], at).summary()
        'max(0, z)'
        """
        numbers = {name: shown(value) for name, value in self.options.items()}
        return self.function.formula.format(**numbers)

    def resolved(self) -> dict[str, Any]:
        """Give the function and the settings that it has."""
        return dict(self.settings)

    def sources(self, channel: int) -> range:
        """List the one map of the same index."""
        return range(channel, channel + 1)

    def identity(self, channel: int) -> bytes:
        """Give the function and its settings; the same for every map."""
        return self._identity

    def forward(self, inputs: Sequence[Maps], channels: Sequence[int] | None = None) -> FloatArray:
        """Apply the function."""
        return self.function.compute(stacked(inputs[0], channels), **self.options)

    def explain(
        self, inputs: Sequence[Maps], *, channel: int, row: int, column: int
    ) -> Explanation:
        """Give the one cell that is read, and what becomes of it."""
        cell = inputs[0][channel][row, column]
        source = plain(cell)
        result = self.function.compute(np.full((1, 1, 1), cell, np.float32), **self.options)
        term = Term(channel, 0, 0, row, column, source, 1.0, source)
        return Explanation(
            (term,),
            (source,),
            sum=source,
            result=plain(result[0, 0, 0]),
            rule=self.settings["function"],
        )

    def code(self, framework: Framework, *, name: str) -> str:
        """Write the activation as code."""
        return snippets.activation(framework, self.settings["function"], self.options)
