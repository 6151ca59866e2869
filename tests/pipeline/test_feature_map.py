"""Previews, measures and the bounded memory of feature maps."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.numerics.shapes import FloatArray
from app.pipeline.feature_map import MapCache, encode_previews, feature_maps, preview_codes

finite = st.floats(-(2.0**100), 2.0**100, width=32)
maps = arrays(np.float32, st.tuples(*[st.integers(1, 4)] * 3), elements=finite)


def _measured(values: FloatArray, name: str = "map") -> list[bytes]:
    return [f"{name}{index}".encode().ljust(16) for index in range(len(values))]


@given(maps)
def test_codes_follow_their_formula(values: FloatArray) -> None:
    entries = feature_maps(_measured(values), values)
    for entry, cells in zip(entries, values.astype(np.float64), strict=True):
        peak = np.abs(cells).max() or 1
        exact = 127 * np.sqrt(np.abs(cells) / peak)
        codes = entry.codes().astype(int)
        np.testing.assert_array_equal(np.sign(codes), np.sign(cells))
        inner = np.abs(codes)[cells != 0]
        np.testing.assert_allclose(inner, np.maximum(exact, 1)[cells != 0], atol=0.501)


@pytest.mark.parametrize("peak", [1e-44, 1e-38, 1e-30, 1.0, 1e30, 3e38])
def test_codes_use_all_levels_whatever_the_peak(peak: float) -> None:
    values = np.array([[[peak, -peak, 0]]], dtype=np.float32)
    assert preview_codes(values, peaks=[float(values[0, 0, 0])]).tolist() == [[[127, -127, 0]]]


def test_codes_of_many_maps_are_those_of_each() -> None:
    values = np.random.default_rng(0).normal(size=(3, 300, 300)).astype(np.float32)
    alone = [entry.codes() for entry in feature_maps(_measured(values), values)]
    together = feature_maps(_measured(values), values)
    encode_previews(together)
    for entry, codes in zip(together, alone, strict=True):
        np.testing.assert_array_equal(entry.codes(), codes)


def test_measures_are_those_of_the_values() -> None:
    values = np.array([[[0, -0.0, 2]], [[0, 0, 0]]], dtype=np.float32)
    first, second = feature_maps(_measured(values), values)
    assert (first.range, first.zeros, first.is_dead) == ((0.0, 2.0), 2, False)
    assert (second.range, second.zeros, second.is_dead) == ((0.0, 0.0), 3, True)


def test_the_least_recently_used_map_leaves_first() -> None:
    cache = MapCache(max_bytes=3 * 16 * 5)
    for name in "abc":
        cache.put(feature_maps([name.encode()], np.zeros((1, 4, 4), np.float32)))
    cache.get([b"a"])
    cache.put(feature_maps([b"d"], np.zeros((1, 4, 4), np.float32)))
    assert [entry is not None for entry in cache.get([b"a", b"b", b"c", b"d"])] == [
        True,
        False,
        True,
        True,
    ]


def test_an_array_counts_until_the_last_of_its_maps_leaves() -> None:
    cache = MapCache(max_bytes=1000)
    cache.put(feature_maps([b"a", b"b"], np.zeros((2, 5, 5), np.float32)))
    assert cache.held_bytes == 200 + 50
    cache.put(feature_maps([b"c"], np.zeros((1, 5, 5), np.float32)))
    assert cache.held_bytes == 250 + 125
    cache.max_bytes = 340
    cache.put(feature_maps([b"d"], np.zeros((1, 1, 1), np.float32)))
    # Without a, the array of a and b is still there: b has to leave as well.
    assert [entry is not None for entry in cache.get([b"a", b"b", b"c", b"d"])] == [
        False,
        False,
        True,
        True,
    ]
    assert cache.held_bytes == 125 + 5


def test_a_cache_of_no_bytes_keeps_nothing() -> None:
    cache = MapCache(max_bytes=0)
    cache.put(feature_maps([b"a"], np.zeros((1, 4, 4), np.float32)))
    assert cache.get([b"a"]) == [None]
    assert cache.held_bytes == 0


def test_a_read_only_picture_is_measured_once() -> None:
    picture = np.ones((1, 4, 4), np.float32)
    picture.setflags(write=False)
    cache = MapCache(max_bytes=1000)
    assert cache.input_maps(picture)[0] is cache.input_maps(picture)[0]


def test_a_picture_that_is_gone_is_forgotten() -> None:
    picture = np.ones((1, 4, 4), np.float32)
    picture.setflags(write=False)
    cache = MapCache(max_bytes=0)
    cache.input_maps(picture)
    assert len(cache._pictures) == 1
    del picture
    gc.collect()
    assert len(cache._pictures) == 0
