"""Every explained cell leads to the value that the engine computed, from the cells it names."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.numerics.shapes import FloatArray
from app.pipeline.stages import Stage
from app.pipeline.trace import Trace
from tests.pipeline.recipes import pictures, recipes, repaired, traced

MANY = settings(max_examples=120)


def _sources(trace: Trace, stage: Stage) -> list[FloatArray]:
    return [entry.values for name in stage.inputs for entry in trace.stage(name).maps]


def _rounded(numbers: Sequence[float]) -> list[np.float32]:
    return [np.float32(number) for number in numbers]


def _assert_close(got: float, expected: float, scale: float) -> None:
    assert math.isclose(got, expected, rel_tol=2e-5, abs_tol=2e-6 * max(scale, 1e-3)), (
        got,
        expected,
    )


def _result_of(explained: dict[str, Any]) -> float:
    """Follow the explanation from its terms alone."""
    products = [term["product"] for term in explained["terms"]]
    match explained["rule"]:
        case "sum":
            return math.fsum(products) + float(explained["bias"])
        case "max":
            return float(max(products))
        case _:
            return float(explained["result"])


@MANY
@given(recipes(), pictures(), st.data())
def test_terms_sum_to_the_value_of_the_engine(
    data: dict[str, Any], picture: FloatArray, choose: st.DataObject
) -> None:
    recipe, _ = repaired(data, picture.shape)
    trace = traced(recipe, picture)
    for stage in trace.stages:
        channel, row, column = (choose.draw(st.integers(0, size - 1)) for size in stage.shape)
        explained = trace.cell(stage.id, channel=channel, row=row, column=column)
        value = float(stage.maps[channel].values[row, column])
        scale = math.fsum(abs(term["product"]) for term in explained["terms"])
        _assert_close(explained["value"], value, 0)
        _assert_close(_result_of(explained), value, scale)
        _assert_close(explained["result"], value, scale)
        if explained["rule"] == "root":
            assert math.isclose(math.fsum(explained["partial_sums"]), explained["sum"])
        for term in explained["terms"]:
            weighed = term["source"] * term["weight"]
            if explained["rule"] == "root":
                exponent = stage.planned.recipe.settings["p"]
                weighed = abs(term["source"]) ** exponent
            assert math.isclose(term["product"], weighed, rel_tol=1e-9, abs_tol=1e-12)


@MANY
@given(recipes(), pictures(), st.data())
def test_terms_are_the_taps_of_the_manifest(
    data: dict[str, Any], picture: FloatArray, choose: st.DataObject
) -> None:
    recipe, _ = repaired(data, picture.shape)
    trace = traced(recipe, picture)
    manifest = trace.manifest(run_id="0" * 32)
    for stage, described in zip(trace.stages, manifest["stages"][1:], strict=True):
        channel, row, column = (choose.draw(st.integers(0, size - 1)) for size in stage.shape)
        explained = trace.cell(stage.id, channel=channel, row=row, column=column)
        expected = [
            (source, tap_row[0], tap_column[0], tap_row[1], tap_column[1])
            for source in described["maps"][channel]["sources"]
            for tap_row, tap_column in itertools.product(
                described["taps"]["rows"][row], described["taps"]["columns"][column]
            )
        ]
        names = ("channel", "kernel_row", "kernel_column", "row", "column")
        assert [tuple(term[name] for name in names) for term in explained["terms"]] == expected
        maps = _sources(trace, stage)
        for term in explained["terms"]:
            is_padding = term["row"] is None or term["column"] is None
            cell = 0 if is_padding else maps[term["channel"]][term["row"], term["column"]]
            assert np.float32(term["source"]) == np.float32(cell)


@MANY
@given(recipes(), pictures(), st.data())
def test_the_winner_of_a_maximum_is_the_first_of_its_largest_terms(
    data: dict[str, Any], picture: FloatArray, choose: st.DataObject
) -> None:
    recipe, _ = repaired(data, picture.shape)
    trace = traced(recipe, picture)
    for stage in trace.stages:
        channel, row, column = (choose.draw(st.integers(0, size - 1)) for size in stage.shape)
        explained = trace.cell(stage.id, channel=channel, row=row, column=column)
        tensor = trace.tensors(full=[f"{stage.id}:{channel}"]).get(
            f"winner.{stage.maps[channel].key}"
        )
        assert ("winner" in explained) == (tensor is not None)
        if tensor is None:
            continue
        columns = stage.layer.columns.kernel_size
        first = max(explained["terms"], key=lambda term: term["source"])
        assert explained["winner"] == first["kernel_row"] * columns + first["kernel_column"]
        assert tensor[row, column] == explained["winner"]


@MANY
@given(recipes(), pictures())
def test_manifest_agrees_with_the_values(data: dict[str, Any], picture: FloatArray) -> None:
    recipe, _ = repaired(data, picture.shape)
    trace = traced(recipe, picture)
    described = trace.manifest(run_id="0" * 32)["stages"]
    for stage, entry in zip(trace.all_stages, described, strict=True):
        values = stage.values
        assert list(values.shape) == entry["shape"]
        assert _rounded(entry["value_range"]) == [values.min(), values.max()]
        assert math.isclose(entry["zero_share"], np.mean(values == 0))
        dead = [index for index, cells in enumerate(values) if not cells.any()]
        assert entry["dead_maps"] == dead
        for cells, item in zip(values, entry["maps"], strict=True):
            assert _rounded(item["range"]) == [cells.min(), cells.max()]
            assert item["zeros"] == np.count_nonzero(cells == 0)
