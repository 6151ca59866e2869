"""What a run computes, and what it takes from the runs before."""

from __future__ import annotations

import copy
import threading
from typing import Any

import numpy as np
import pytest

from app.errors import InvalidRequest
from app.numerics.shapes import FloatArray
from app.operations.activation import ActivationLayer
from app.operations.conv import ConvLayer
from app.operations.pool import PoolLayer
from app.pipeline.defaults import default_recipe
from app.pipeline.map_cache import MapCache
from tests.pipeline.recipes import CACHE_BYTES, traced

PICTURE: FloatArray = (np.random.default_rng(3).integers(0, 101, (3, 24, 24)) / 100).astype("f4")


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The maps that are computed from now on, stage by stage: (operation, number of maps)."""
    log: list[tuple[str, int]] = []

    def logging(forward: Any, name: str) -> Any:
        def logged(layer: Any, inputs: Any, channels: Any = None) -> Any:
            result = forward(layer, inputs, channels)
            log.append((name, len(result)))
            return result

        return logged

    for kind in (ConvLayer, ActivationLayer, PoolLayer):
        monkeypatch.setattr(kind, "forward", logging(kind.forward, kind.__name__))
    return log


def _edited(**changes: Any) -> dict[str, Any]:
    data = default_recipe()
    data["stages"][0].update(changes)
    return data


def test_an_edited_filter_computes_one_map_and_what_depends_on_it(
    computed: list[tuple[str, int]],
) -> None:
    cache = MapCache(CACHE_BYTES)
    traced(default_recipe(), PICTURE, cache=cache)
    assert [count for _, count in computed] == [4, 4, 4, 6, 6, 6]
    computed.clear()
    filters = copy.deepcopy(default_recipe()["stages"][0]["filters"])
    filters[2] = {"kernel": "emboss"}
    traced(_edited(filters=filters), PICTURE, cache=cache)
    assert computed == [
        ("ConvLayer", 1),
        ("ActivationLayer", 1),
        ("PoolLayer", 1),
        ("ConvLayer", 6),
        ("ActivationLayer", 6),
        ("PoolLayer", 6),
    ]


def test_an_edit_of_the_last_block_leaves_the_first_alone(
    computed: list[tuple[str, int]],
) -> None:
    cache = MapCache(CACHE_BYTES)
    data = default_recipe()
    traced(data, PICTURE, cache=cache)
    computed.clear()
    data["stages"][3]["bias"] = [0, 0, 0, 0.5, 0, 0]
    traced(data, PICTURE, cache=cache)
    assert [count for _, count in computed] == [1, 1, 1]


def test_the_same_run_again_computes_nothing(computed: list[tuple[str, int]]) -> None:
    cache = MapCache(CACHE_BYTES)
    first = traced(default_recipe(), PICTURE, cache=cache)
    computed.clear()
    again = traced(default_recipe(), PICTURE, cache=cache)
    assert computed == []
    assert again.keys == first.keys


def test_a_depthwise_filter_depends_on_its_own_channel_only(
    computed: list[tuple[str, int]],
) -> None:
    cache = MapCache(CACHE_BYTES)
    stages: list[dict[str, Any]] = [
        {"id": "a", "op": "conv", "filters": [{"seed": 1}] * 3, "groups": 3},
        {"id": "b", "op": "conv", "filters": [{"seed": 2}] * 6, "groups": 3},
    ]
    data = {"input": {"image": "coffee"}, "stages": stages}
    traced(data, PICTURE, cache=cache)
    computed.clear()
    stages[0]["bias"] = [0, 1, 0]
    trace = traced(data, PICTURE, cache=cache)
    assert computed == [("ConvLayer", 1), ("ConvLayer", 2)]
    assert trace.manifest(run_id="")["stages"][2]["maps"][3]["sources"] == [1]


def test_other_settings_that_change_the_values_change_the_keys() -> None:
    keys = set()
    for changes in (
        {},
        {"stride": 2},
        {"dilation": 2},
        {"padding": 1},
        {"padding": [[1, 0], [0, 1]]},
        {"padding": 1, "padding_mode": "reflect"},
        {"bias": [0, 0, 0, 0]},
    ):
        keys.add(traced(_edited(**changes), PICTURE).stages[0].maps[0].key)
    assert len(keys) == 7


def test_reused_maps_are_those_of_a_run_from_nothing() -> None:
    cache = MapCache(CACHE_BYTES)
    traced(default_recipe(), PICTURE, cache=cache)
    data = _edited(bias=[0.1, 0, 0, 0])
    for warm, cold in zip(
        traced(data, PICTURE, cache=cache).stages, traced(data, PICTURE).stages, strict=True
    ):
        np.testing.assert_allclose(warm.values, cold.values, rtol=1e-5, atol=1e-6)
        assert [entry.key for entry in warm.maps] == [entry.key for entry in cold.maps]


def test_another_picture_shares_nothing() -> None:
    cache = MapCache(CACHE_BYTES)
    first = traced(default_recipe(), PICTURE, cache=cache)
    other = traced(default_recipe(), PICTURE + np.float32(0.01), cache=cache)
    assert not first.keys & other.keys


def test_a_picture_that_is_changed_later_does_not_change_a_trace() -> None:
    picture = PICTURE.copy()
    cache = MapCache(CACHE_BYTES)
    before = traced(default_recipe(), picture, cache=cache)
    picture += 1
    after = traced(default_recipe(), picture, cache=cache)
    np.testing.assert_array_equal(before.input.values, PICTURE)
    assert before.keys.isdisjoint(after.keys)


def test_a_branch_reads_the_stage_that_it_names() -> None:
    data = {
        "input": {"pixels": [[1, -2], [-3, 4]]},
        "stages": [
            {"id": "keep", "op": "activation", "function": "relu"},
            {"id": "flip", "op": "conv", "weight": [[[[-1]]]], "inputs": ["input"]},
            {"id": "rest", "op": "activation", "function": "relu"},
        ],
    }
    trace = traced(data, np.array([[[1, -2], [-3, 4]]], dtype=np.float32))
    assert trace.stages[0].values.tolist() == [[[1, 0], [0, 4]]]
    assert trace.stages[2].values.tolist() == [[[0, 2], [3, 0]]]


def test_values_beyond_float32_are_refused_with_the_stage() -> None:
    big = {"op": "conv", "weight": [[[[1e6]]]]}
    stages = [{"id": f"s{index}", **big} for index in range(8)]
    data = {"input": {"pixels": [[1]]}, "stages": stages}
    with pytest.raises(InvalidRequest, match="stage s6 are too large") as refused:
        traced(data, np.ones((1, 1, 1), dtype=np.float32))
    assert refused.value.field == "stages[6]"


def test_threads_share_a_cache() -> None:
    cache = MapCache(200_000)
    expected = traced(default_recipe(), PICTURE)
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for step in range(10):
                traced(_edited(bias=[seed, step, 0, 0]), PICTURE, cache=cache)
                trace = traced(default_recipe(), PICTURE, cache=cache)
                assert trace.keys == expected.keys
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert cache.held_bytes <= 200_000
