"""The golden fixtures are what the engine computes today."""

from __future__ import annotations

import numpy as np
import pytest

from app.numerics import reference
from tests import golden


@pytest.fixture(scope="module")
def fresh() -> dict[str, bytes]:
    """Build every fixture."""
    return golden.build()


def test_no_fixture_is_missing_or_left_over(fresh: dict[str, bytes]) -> None:
    # Links are kept as they were given away, whatever would be written today.
    files = {path.name for path in golden.FOLDER.iterdir() if path.is_file()}
    assert files - {"links.json"} == set(fresh)


@pytest.mark.parametrize(
    "name",
    [
        "run.safetensors",
        "run.json",
        "windows.json",
        "colours.json",
        "kernels.json",
        "wanted.json",
        "addresses.json",
    ],
)
def test_a_fixture_is_fresh(fresh: dict[str, bytes], name: str) -> None:
    stored = (golden.FOLDER / name).read_bytes()
    assert stored == fresh[name], f"{name} is stale; write it again: python -m tests.golden"


def test_the_run_of_the_fixtures_is_the_oracles() -> None:
    run = golden.trace()
    recipe = golden.pipeline()
    maps = {stage.id: stage.values for stage in run.all_stages}
    first, second = recipe["stages"][0], recipe["stages"][3]
    conv1 = reference.conv2d(
        maps["input"],
        np.float32(first["weight"]),
        np.float32(first["bias"]),
        stride=(2, 1),
        padding=((1, 0), (2, 1)),
    )
    conv2 = reference.conv2d(
        maps["pool1"], np.float32(second["weight"]), padding=1, padding_mode="reflect"
    )
    assert np.array_equal(maps["conv1"], conv1)
    assert np.array_equal(maps["conv2"], conv2)
    assert run.stages[0].maps[2].values.max() < 0, "one map of the fixtures dies in ReLU"
