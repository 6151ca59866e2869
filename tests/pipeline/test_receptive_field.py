"""The receptive field, held against what really happens when one pixel changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.numerics.shapes import FloatArray
from app.operations.geometry import Axis
from app.pipeline.plan import plan_run
from app.pipeline.receptive_field import Reach, ReceptiveField
from app.pipeline.recipe import parse_recipe
from tests.pipeline.recipes import pads, refusal, repaired, steps, traced

SIDE = 11

kernels = st.lists(st.integers(1, 3), min_size=2, max_size=2)


@st.composite
def linear_stages(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Stages without a negative number, so that every cell read shows in the result."""
    chosen = []
    for index in range(draw(st.integers(1, 3))):
        stage: dict[str, Any] = {
            "id": f"s{index}",
            "stride": draw(steps),
            "padding": draw(pads),
            "kernel_size": draw(kernels),
        }
        if draw(st.booleans()):
            rows, columns = stage["kernel_size"]
            stage |= {"op": "conv", "dilation": draw(steps), "weight": [[[[1] * columns] * rows]]}
        else:
            stage |= {"op": "pool", "kind": "average", "count_include_pad": True}
        chosen.append(stage)
    return chosen


def _rows_and_columns_that_matter(
    data: dict[str, Any], shape: tuple[int, int, int]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """For each output row, which rows of the picture change it; the same for columns."""
    matter = None
    for row in range(shape[1]):
        for column in range(shape[2]):
            picture: FloatArray = np.zeros(shape, dtype=np.float32)
            picture[0, row, column] = 1
            changed = traced(data, picture).stages[-1].values[0] != 0
            if matter is None:
                matter = np.zeros((*changed.shape, *shape[1:]), dtype=bool)
            matter[:, :, row, column] = changed
    assert matter is not None
    rows: npt.NDArray[np.bool_] = np.any(matter, axis=(1, 3))
    columns: npt.NDArray[np.bool_] = np.any(matter, axis=(0, 2))
    return rows, columns


@settings(max_examples=25)
@given(linear_stages(), st.tuples(st.integers(1, SIDE), st.integers(1, SIDE)))
def test_only_pixels_of_the_receptive_field_change_a_cell(
    stages: list[dict[str, Any]], size: tuple[int, int]
) -> None:
    shape = (1, *size)
    data, _ = repaired({"input": {"image": "coffee"}, "stages": stages}, shape)
    field = plan_run(parse_recipe(data), shape).stages[-1].receptive_field
    for matter, reach in zip(
        _rows_and_columns_that_matter(data, shape), (field.rows, field.columns), strict=True
    ):
        for cell, changed in enumerate(matter):
            first = reach.offset + cell * reach.stride
            inside = np.zeros(len(changed), dtype=bool)
            inside[max(first, 0) : max(first + reach.size, 0)] = True
            assert not (changed & ~inside).any()


@settings(max_examples=25)
@given(linear_stages())
def test_the_edges_of_the_receptive_field_do_change_a_cell(stages: list[dict[str, Any]]) -> None:
    shape = (1, SIDE, SIDE)
    data, _ = repaired({"input": {"image": "coffee"}, "stages": stages}, shape)
    field = plan_run(parse_recipe(data), shape).stages[-1].receptive_field
    for matter, reach in zip(
        _rows_and_columns_that_matter(data, shape), (field.rows, field.columns), strict=True
    ):
        for cell, changed in enumerate(matter):
            first, last = (reach.offset + cell * reach.stride + end for end in (0, reach.size - 1))
            if first >= 0 and last < len(changed):
                assert changed[first] and changed[last]


def test_default_blocks_see_four_and_then_ten_pixels() -> None:
    conv, pool = Axis(96, kernel_size=3), Axis(94, kernel_size=2, stride=2)
    one = Reach().through(conv).through(pool)
    assert one == Reach(size=4, stride=2, offset=0)
    assert one.through(Axis(47, kernel_size=3)) == Reach(size=8, stride=2, offset=0)
    two = one.through(Axis(47, kernel_size=3)).through(Axis(45, kernel_size=2, stride=2))
    assert two == Reach(size=10, stride=4, offset=0)


def test_padding_moves_the_field_before_the_picture() -> None:
    padded = Axis(8, kernel_size=3, padding=(1, 1))
    assert Reach().through(padded).through(padded) == Reach(size=5, stride=1, offset=-2)


def test_a_whole_map_sees_the_whole_picture() -> None:
    stages = [
        {"id": "a", "op": "pool", "kernel_size": 2},
        {"id": "b", "op": "pool", "kind": "global_max"},
    ]
    data = {"input": {"image": "coffee"}, "stages": stages}
    assert refusal(data, (1, 8, 6)) is None
    field = plan_run(parse_recipe(data), (1, 8, 6)).stages[-1].receptive_field
    assert field.describe()["size"] == [8, 6]


reaches = st.builds(
    Reach, size=st.integers(1, 9), stride=st.integers(1, 4), offset=st.integers(-5, 5)
)


@given(st.lists(reaches, min_size=1, max_size=3), st.integers(1, 6))
def test_joined_branches_cover_every_branch_at_every_cell(
    branches: list[Reach], outputs: int
) -> None:
    joined = Reach.joined(branches, outputs)
    for cell in range(outputs):
        start = joined.offset + cell * joined.stride
        for branch in branches:
            first = branch.offset + cell * branch.stride
            assert start <= first
            assert first + branch.size <= start + joined.size


@pytest.mark.parametrize("reach", [Reach(3, 2, -1), Reach()])
def test_one_branch_is_itself(reach: Reach) -> None:
    field = ReceptiveField(reach, reach)
    assert ReceptiveField.joined([field], outputs=(4, 7)) == field
