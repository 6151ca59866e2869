"""What every operation has to say about itself.

An :class:`Operation` is the description: its settings, and how they are read. Bound to settings
and the shapes of its inputs it gives a :class:`Layer`, which computes and explains: shape, values,
taps, one cell in full, counts, equivalent code. Everything the page shows derives from these two.

A new operation is one module with one of each, and an entry in :mod:`app.operations.registry`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from app.numerics.shapes import FloatArray, IntArray
from app.operations.geometry import Axis
from app.operations.parameters import Parameter, Settings
from app.operations.place import Place

Kind: TypeAlias = Literal["windowed", "elementwise", "reducing", "dense"]
Framework: TypeAlias = Literal["numpy", "torch", "keras"]
Shape: TypeAlias = tuple[int, int, int]
Maps: TypeAlias = Sequence[FloatArray] | FloatArray
"""The feature maps of one input: an array (C, H, W), or C arrays (H, W)."""


@dataclass(frozen=True, slots=True)
class Term:
    """One number that an output cell is made of.

    Attributes
    ----------
    channel : int
        Input map, counted through all inputs.
    kernel_row, kernel_column : int
        Place in the window.
    row, column : int or None
        Place in the input map; ``None`` on padding, which counts as zero.
    source, weight, product : float
        What lies there, what it is weighed with, and what it adds.
    """

    channel: int
    kernel_row: int
    kernel_column: int
    row: int | None
    column: int | None
    source: float
    weight: float
    product: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """One output cell in full: the terms lead to ``sum``, and ``sum`` to ``result``.

    Attributes
    ----------
    terms : tuple of Term
        In reading order, channel by channel.
    partial_sums : tuple of float
        Sum of the products of each input map that is read.
    bias : float
        Added to the partial sums.
    sum : float
        Partial sums and bias; for a maximum the largest product.
    result : float
        What the operation makes of ``sum``.
    rule : str
        How the result follows: ``"sum"``, ``"max"``, ``"root"``, or the name of a function.
    winner : int or None
        For a maximum, the index of its term.
    """

    terms: tuple[Term, ...]
    partial_sums: tuple[float, ...]
    sum: float
    result: float
    bias: float = 0.0
    rule: str = "sum"
    winner: int | None = None


class Layer(ABC):
    """An operation bound to its settings and to the shapes of its inputs.

    Attributes
    ----------
    kind : {"windowed", "elementwise", "reducing", "dense"}
    out_shape : tuple of int
        ``(channels, rows, columns)``.
    rows, columns : Axis
        The windows along either axis.
    parameter_count : int
        Numbers to learn.
    multiply_adds, additions, comparisons : int
        Work for the whole stage: products of cells and weights, cells that are only added up, cells
        that are compared.
    kept_cells : int or None
        Cells of the inputs that pass unchanged, where every output cell is another one of them;
        ``None`` where cells are made anew or may pass more than once.
    """

    kind: Kind
    out_shape: Shape
    rows: Axis
    columns: Axis
    parameter_count: int = 0
    multiply_adds: int = 0
    additions: int = 0
    comparisons: int = 0
    kept_cells: int | None = None

    @abstractmethod
    def title(self) -> str:
        """Name the stage, without its number."""

    @abstractmethod
    def summary(self) -> str:
        """Say in a few words what the settings are: ``"max 2 × 2, stride 2"``."""

    @abstractmethod
    def resolved(self) -> dict[str, Any]:
        """Give all settings as they work on these inputs, in JSON, without the weights."""

    @abstractmethod
    def sources(self, channel: int) -> range:
        """List the input maps, counted through all inputs, that an output map reads.

        Always neighbours: a range with step 1.
        """

    @abstractmethod
    def identity(self, channel: int) -> bytes:
        """Give what, beside its sources, determines an output map; the same for the same map."""

    @abstractmethod
    def forward(self, inputs: Sequence[Maps], channels: Sequence[int] | None = None) -> FloatArray:
        """Compute output maps.

        Parameters
        ----------
        inputs : sequence of maps
            One item per input, each ``(C, H, W)`` or C maps ``(H, W)``, float32.
        channels : sequence of int, optional
            The output maps wanted; all when left out.

        Returns
        -------
        ndarray of float32, shape (len(channels), rows, columns)
        """

    @abstractmethod
    def explain(
        self, inputs: Sequence[Maps], *, channel: int, row: int, column: int
    ) -> Explanation:
        """Explain one output cell completely.

        Parameters
        ----------
        inputs : sequence of maps
            As for :meth:`forward`.
        channel, row, column : int
            The output cell, counted from 0.
        """

    @abstractmethod
    def code(self, framework: Framework, *, name: str) -> str:
        """Write the stage as code that turns ``x`` into ``x``.

        Parameters
        ----------
        framework : {"numpy", "torch", "keras"}
            ``x`` is ``(C, H, W)`` in NumPy, ``(N, C, H, W)`` in PyTorch, ``(N, H, W, C)`` in
            Keras.
        name : str
            Of the stage; its weights are ``{name}_weight`` and ``{name}_bias``.
        """

    def winners(self, inputs: Sequence[Maps], channel: int, values: FloatArray) -> IntArray | None:
        """Give the winning kernel place of each cell of a map; ``None`` where nothing competes.

        Parameters
        ----------
        inputs : sequence of maps
            As for :meth:`forward`.
        channel : int
            The output map.
        values : ndarray of float32, shape (rows, columns)
            What :meth:`forward` gave for it.

        Returns
        -------
        ndarray of int32, shape (rows, columns), or None
            ``kernel row * kernel columns + kernel column``, the first on ties.
        """
        return None

    def tensors(self) -> Mapping[str, FloatArray]:
        """Give the learned numbers by name: ``weight`` and ``bias``, where there are any."""
        return {}

    def parameter_formula(self) -> str | None:
        """Write how :attr:`parameter_count` comes about, where there is something to say."""
        return None

    def workspace_bytes(self) -> int:
        """Estimate the memory that the computation needs beside its result."""
        return 0


class Operation(ABC):
    """The description of one operation.

    Attributes
    ----------
    name, title, summary : str
        As in recipes; as on screen; one sentence for a student.
    kind : {"windowed", "elementwise", "reducing", "dense"}
    parameters : tuple of Parameter
        In the order of the inspector.
    inputs : (int, int)
        Fewest and most inputs.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    kind: ClassVar[Kind]
    parameters: ClassVar[tuple[Parameter, ...]]
    inputs: ClassVar[tuple[int, int]] = (1, 1)

    @abstractmethod
    def read(self, raw: Mapping[str, Any], at: Place) -> Settings:
        """Read the settings of a stage.

        Raises
        ------
        InvalidRequest
            If a name is unknown or a value illegal.
        """

    @abstractmethod
    def bind(self, settings: Settings, shapes: Sequence[Shape], at: Place) -> Layer:
        """Bind the operation to settings and to the shapes of its inputs.

        Raises
        ------
        InvalidRequest
            If they do not fit together.
        """

    def describe(self) -> dict[str, Any]:
        """Describe the operation in JSON: what the inspector is built from."""
        return {
            "name": self.name,
            "title": self.title,
            "kind": self.kind,
            "summary": self.summary,
            "parameters": [parameter.describe() for parameter in self.parameters],
        }


def stacked(maps: Maps, indices: Sequence[int] | None = None) -> FloatArray:
    """Lay maps behind one another, without a copy where they already are.

    Parameters
    ----------
    maps : array (C, H, W) or sequence of C arrays (H, W)
    indices : sequence of int, optional
        The maps wanted; all when left out.

    Returns
    -------
    ndarray of float32, shape (maps, H, W)

    Examples
    --------
    >>> x = np.zeros((3, 2, 2), np.float32)
    >>> stacked(x) is x, stacked(x, [1, 2]).shape, stacked(list(x)).shape
    (True, (2, 2, 2), (3, 2, 2))
    """
    if indices is None:
        if isinstance(maps, np.ndarray):
            return maps
        return maps[0][np.newaxis] if len(maps) == 1 else np.stack(maps)
    chosen = list(indices)
    if isinstance(maps, np.ndarray):
        first, end = chosen[0], chosen[0] + len(chosen)
        return maps[first:end] if chosen == list(range(first, end)) else maps[chosen]
    return stacked([maps[index] for index in chosen])


def plain(value: float) -> float:
    """Give a float32 as the shortest decimal that stands for it: 0.1, not 0.10000000149.

    Examples
    --------
    >>> plain(np.float32(0.1))
    0.1
    """
    return float(str(np.float32(value)))


def tidy(value: float) -> float:
    """Round what double precision adds to a sum or product of short decimals.

    Examples
    --------
    >>> tidy(0.1 * 3)
    0.3
    """
    return float(f"{value:.12g}")
