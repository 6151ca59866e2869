"""Pooling: worked by hand, and what is said about it."""

from __future__ import annotations

import numpy as np
import pytest

from app.numerics.shapes import FloatArray
from tests.operations.bound import bound

WINDOW: FloatArray = np.array([[[0, 2.21], [0, 2.8]]], dtype=np.float32)


def test_largest_of_the_design_wins_at_the_bottom_right() -> None:
    layer = bound("pool", (1, 2, 2))
    explained = layer.explain([WINDOW], channel=0, row=0, column=0)
    assert (explained.rule, explained.result, explained.winner) == ("max", 2.8, 3)
    assert [term.source for term in explained.terms] == [0, 2.21, 0, 2.8]
    winners = layer.winners([WINDOW], 0, layer.forward([WINDOW])[0])
    assert winners is not None and winners.tolist() == [[3]]


def test_average_weighs_every_cell_alike() -> None:
    explained = bound("pool", (1, 2, 2), kind="average").explain(
        [WINDOW], channel=0, row=0, column=0
    )
    assert {term.weight for term in explained.terms} == {0.25}
    assert explained.sum == 1.2525


def test_padding_counts_for_an_average_only_if_asked() -> None:
    x: FloatArray = np.full((1, 2, 2), 8, dtype=np.float32)
    counted = bound("pool", (1, 2, 2), kind="average", padding=1)
    left_out = bound("pool", (1, 2, 2), kind="average", padding=1, count_include_pad=False)
    assert counted.forward([x])[0, 0, 0] == 2
    assert left_out.forward([x])[0, 0, 0] == 8
    assert len(counted.explain([x], channel=0, row=0, column=0).terms) == 4
    assert len(left_out.explain([x], channel=0, row=0, column=0).terms) == 1


def test_norm_is_the_root_of_the_sum_of_powers() -> None:
    x = np.array([[[3, -4]]], dtype=np.float32)
    explained = bound("pool", (1, 1, 2), kind="lp", kernel_size=[1, 2]).explain(
        [x], channel=0, row=0, column=0
    )
    assert [term.product for term in explained.terms] == [9, 16]
    assert (explained.sum, explained.result, explained.rule) == (25, 5, "root")


def test_a_whole_map_is_one_window() -> None:
    x = np.arange(12, dtype=np.float32).reshape(1, 3, 4)
    layer = bound("pool", (1, 3, 4), kind="global_max")
    assert layer.out_shape == (1, 1, 1)
    assert layer.resolved()["kernel_size"] == [3, 4]
    assert layer.explain([x], channel=0, row=0, column=0).winner == 11
    winners = layer.winners([x], 0, layer.forward([x])[0])
    assert winners is not None and winners.tolist() == [[11]]
    mean = bound("pool", (1, 3, 4), kind="global_average")
    assert mean.explain([x], channel=0, row=0, column=0).result == 5.5


def test_counts_are_those_of_the_design() -> None:
    layer = bound("pool", (4, 94, 94))
    assert layer.out_shape == (4, 47, 47)
    assert (layer.comparisons, layer.multiply_adds, layer.parameter_count) == (26_508, 0, 0)
    mean = bound("pool", (4, 94, 94), kind="average")
    assert (mean.additions, mean.multiply_adds, mean.comparisons) == (26_508, 0, 0)


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({}, 4 * 47 * 47),
        ({"kernel_size": 3, "stride": 2}, None),
        ({"dilation": 2}, None),
        ({"padding": 1}, 4 * 48 * 48),
        ({"kind": "global_max"}, 4),
        ({"kind": "average"}, None),
        ({"kind": "lp", "kernel_size": 1}, None),
    ],
)
def test_cells_are_kept_where_each_window_sends_on_one_of_its_own(
    settings: dict[str, object], kept: int | None
) -> None:
    assert bound("pool", (4, 94, 94), **settings).kept_cells == kept


def test_a_window_that_hangs_over_the_edge_compares_what_it_has() -> None:
    # Windows of 2 and 1 rows, 2 and 1 columns: 3 + 1 + 1 + 0 comparisons.
    assert bound("pool", (1, 3, 3), ceil_mode=True).comparisons == 5


@pytest.mark.parametrize("kind", ["max", "average"])
def test_a_window_larger_than_the_map_may_hang_over_it_by_less_than_a_stride(kind: str) -> None:
    x = np.array([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], dtype=np.float32)
    layer = bound("pool", (1, 3, 3), kind=kind, kernel_size=4, stride=2, ceil_mode=True)
    assert layer.out_shape == (1, 1, 1)
    explained = layer.explain([x], channel=0, row=0, column=0)
    assert explained.result == layer.forward([x])[0, 0, 0] == (9 if kind == "max" else 5)
    assert len(explained.terms) == 9


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "max 2 × 2, stride 2"),
        ({"kind": "average", "kernel_size": [2, 3]}, "average 2 × 3, stride 2 × 3"),
        ({"padding": 1, "stride": 1, "dilation": 2}, "max 2 × 2, stride 1, padding 1, dilation 2"),
        ({"kind": "lp", "p": 2.5}, "norm p = 2.5, 2 × 2, stride 2"),
        ({"kind": "global_max"}, "largest of each whole map"),
        ({"kind": "global_average"}, "mean of each whole map"),
    ],
)
def test_summary_names_what_is_not_usual(settings: dict[str, object], words: str) -> None:
    assert bound("pool", (1, 9, 9), **settings).summary() == words


@pytest.mark.parametrize("size", [2, 3, 4, 5, [2, 9], [6, 2]])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, [[1, 0], [0, 1]]])
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_winner_is_the_first_largest_place_of_its_window(
    size: object, stride: int, padding: object, ceil_mode: bool
) -> None:
    layer = bound(
        "pool",
        (1, 11, 12),
        kernel_size=size,
        stride=stride,
        padding=padding,
        ceil_mode=ceil_mode,
        dilation=2 if size == 3 else 1,
    )
    # Few different values, so that ties are common.
    x = np.random.default_rng(1).integers(-2, 3, (1, 11, 12)).astype(np.float32)
    winners = layer.winners([x], 0, layer.forward([x])[0])
    assert winners is not None
    for row, column in np.ndindex(*winners.shape):
        explained = layer.explain([x], channel=0, row=row, column=column)
        assert explained.winner is not None
        term = explained.terms[explained.winner]
        place = term.kernel_row * layer.columns.kernel_size + term.kernel_column
        assert winners[row, column] == place


def test_settings_of_another_rule_are_left_out() -> None:
    layer = bound("pool", (1, 9, 9), kind="average", p=3, dilation=3)
    assert "p" not in layer.resolved()
    assert "dilation" not in layer.resolved()
