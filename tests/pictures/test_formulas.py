"""What is printed of a cell adds up to the printed result, which is the engine's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.numerics.shapes import FloatArray
from app.operations.base import Explanation, Layer
from app.pictures.colours import Theme, colourise, duotone
from app.pictures.formulas import Line, lines, plain_text
from app.pictures.numbers import exact_decimals, fixed, printed, rounding_gap
from app.pictures.poster_middle import names_of
from app.pictures.shown import Shown
from app.pipeline.stages import Stage
from app.pipeline.trace import Trace
from tests.browser import colours
from tests.pictures.scenes import default_run, one_filter, run_of
from tests.pipeline.recipes import pictures, recipes, repaired, traced


def number(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", ""))


def added(line: Line) -> tuple[Decimal, Decimal]:
    """Add up what is printed of a sum; give that and the printed result."""
    total, sign = Decimal(0), 1
    for part in line:
        if part.role == "result":
            return total, number(part.text)
        if part.role == "sign":
            sign = -1 if "−" in part.text else 1
        else:
            total += sign * number(part.text)
            sign = 1
    raise AssertionError("a line without a result")


def cells_of(trace: Trace, *, seed: int = 0) -> Iterator[tuple[Layer, Explanation, list[str]]]:
    """Explain one cell of each stage."""
    random = np.random.default_rng(seed)
    for stage in trace.stages:
        channel, row, column = (int(random.integers(size)) for size in stage.shape)
        facts = Shown(trace, stage, channel, (row, column), 1)
        assert facts.explanation is not None
        yield stage.layer, facts.explanation, names_of(facts)


def assert_true(layer: Layer, explanation: Explanation, names: list[str]) -> None:
    choices = lines(layer, explanation, names=names)
    assert choices
    for line in choices:
        (result,) = (part for part in line if part.role == "result")
        decimals = len(result.text.partition(".")[2])
        size = max(1.0, abs(explanation.result))
        room = Decimal(0.5 * 10**-decimals + 4e-6 * size)
        assert abs(number(result.text) - Decimal(explanation.result)) <= room
        if "weight" in layer.tensors():
            total, said = added(line)
            assert total == said, plain_text(line)
            bias = [part for part in line if part.role == "bias"]
            assert bool(bias) == (explanation.bias != 0)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(recipes(), pictures(), st.integers(0, 99))
def test_every_line_of_any_cell_is_true(
    data: dict[str, Any], picture: FloatArray, seed: int
) -> None:
    shape = (picture.shape[0], picture.shape[1], picture.shape[2])
    for cell in cells_of(traced(repaired(data, shape)[0], picture), seed=seed):
        assert_true(*cell)


def test_every_line_of_the_first_visit_is_true() -> None:
    for seed in range(20):
        for cell in cells_of(default_run(), seed=seed):
            assert_true(*cell)


def stage_lines(trace: Trace, name: str, cell: tuple[int, int]) -> list[str]:
    stage = trace.stage(name)
    assert isinstance(stage, Stage)
    facts = Shown(trace, stage, 0, cell, 1)
    assert facts.explanation is not None
    return [
        plain_text(line) for line in lines(stage.layer, facts.explanation, names=names_of(facts))
    ]


def test_lines_get_shorter() -> None:
    run = run_of(one_filter("coins", "gaussian_5"))
    for name in ("conv1", "relu1", "pool1"):
        texts = stage_lines(run, name, (3, 4))
        assert sorted(texts, key=len, reverse=True) == texts


def test_a_sum_of_rounded_numbers_says_what_is_missing() -> None:
    recipe = one_filter("coins")
    thirds = {"weight": [[[1 / 3, 1 / 3, 1 / 3]]]}
    recipe["stages"][0] = {"id": "conv1", "op": "conv", "filters": [thirds]}
    run = run_of(recipe)
    stage = run.stages[0]
    remarks = []
    for row in range(40):
        explanation = Shown(run, stage, 0, (row, 20), 1).explanation
        assert explanation is not None
        line = lines(stage.layer, explanation, names=["grey"])[0]
        total, said = added(line)
        assert total == said
        remarks += [part.text for part in line if part.caption == "rounding"]
    assert 5 < len(remarks) < 40
    assert set(remarks) == {"0.0001"}


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("max", r"max\([\d., ]+\) = [\d.]+"),
        ("average", r"\([\d. +]+\) / 4 (=|≈) [\d.]+"),
        ("lp", r"√\([\d.² +]+\) ≈ [\d.]+"),
        ("global_max", r"largest of 8,836 cells = [\d.]+"),
        ("global_average", r"[\d.,]+ / 8,836 ≈ [\d.]+"),
    ],
)
def test_a_pooling_is_written_as_what_it_does(kind: str, pattern: str) -> None:
    recipe = one_filter("coins")
    recipe["stages"][2] = {"id": "pool1", "op": "pool", "kind": kind}
    recipe["stages"][2] |= {} if kind.startswith("global") else {"kernel_size": [2, 2]}
    text = stage_lines(run_of(recipe), "pool1", (0, 0))[0]
    assert re.fullmatch(pattern, text), text


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_only_an_exact_zero_is_written_as_one(value: float, decimals: int) -> None:
    text = fixed(value, decimals)
    if value == 0:
        assert text == "0"
    elif decimals:
        assert len(text.partition(".")[2]) == decimals
    assert not text.startswith("-")
    assert abs(number(text) - Decimal(value)) <= Decimal("0.51") / 10**decimals


@given(st.lists(st.integers(-999, 999), min_size=1, max_size=9))
def test_hundredths_add_up_without_a_remark(hundredths: list[int]) -> None:
    parts = [value / 100 for value in hundredths]
    total = sum(hundredths) / 100
    decimals, is_exact = exact_decimals([*parts, total])
    assert (decimals, is_exact) == (2, True)
    assert rounding_gap(parts, total, decimals) == 0
    assert number(printed(total)) == sum(map(number, map(printed, parts)))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_scales_are_those_of_the_design(theme: Theme) -> None:
    values = np.linspace(-2.5, 2.5, 401, dtype=np.float32).reshape(1, -1)
    painted = colourise(values, peak=2.0, theme=theme)
    expected = colours.signed(values, peak=2.0, theme=theme)
    assert np.abs(painted.astype(int) - expected).max() <= 1
    for channel, name in enumerate(("red", "green", "blue")):
        shares = np.linspace(0, 1, 101, dtype=np.float32).reshape(1, -1)
        drawn = duotone(shares, channel=channel)
        assert np.abs(drawn.astype(int) - colours.duotone(shares, channel=name)).max() <= 1
