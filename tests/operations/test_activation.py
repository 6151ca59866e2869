"""Activation: what is said about each function, and what it does."""

from __future__ import annotations

import numpy as np
import pytest

from app.operations.activation import FUNCTIONS
from tests.operations.bound import bound

CELLS = np.array([[[-4, -1, -0.5], [0, 0.5, 4]]], dtype=np.float32)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_cell_is_explained_by_itself(function: str) -> None:
    layer = bound("activation", (1, 2, 3), function=function)
    values = layer.forward([CELLS])
    for row, column in np.ndindex(2, 3):
        explained = layer.explain([CELLS], channel=0, row=row, column=column)
        (term,) = explained.terms
        assert (term.row, term.column, term.source) == (row, column, CELLS[0, row, column])
        assert explained.rule == function
        assert np.float32(explained.result) == pytest.approx(values[0, row, column], abs=1e-6)


@pytest.mark.parametrize(
    ("settings", "title", "words"),
    [
        ({}, "ReLU", "max(0, z)"),
        ({"function": "none"}, "Activation", "z"),
        (
            {"function": "leaky_relu", "negative_slope": 0.1},
            "Leaky ReLU",
            "max(0, z) + 0.1 · min(0, z)",
        ),
        ({"function": "elu"}, "ELU", "z, or 1 · (exp(z) − 1) below 0"),
        ({"function": "tanh"}, "Tanh", "tanh(z)"),
    ],
)
def test_title_and_summary_say_the_function(
    settings: dict[str, object], title: str, words: str
) -> None:
    layer = bound("activation", (1, 2, 3), **settings)
    assert (layer.title(), layer.summary()) == (title, words)


def test_counts_are_those_of_the_design() -> None:
    layer = bound("activation", (4, 94, 94))
    assert (layer.comparisons, layer.parameter_count, layer.out_shape) == (35_344, 0, (4, 94, 94))


def test_settings_change_what_identifies_a_map() -> None:
    names = {
        bound("activation", (1, 2, 3), **settings).identity(0)
        for settings in (
            {},
            {"function": "leaky_relu"},
            {"function": "leaky_relu", "negative_slope": 0.5},
            {"function": "relu", "negative_slope": 0.5},
        )
    }
    assert len(names) == 3
