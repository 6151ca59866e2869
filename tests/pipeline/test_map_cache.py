"""The bounded memory of feature maps."""

from __future__ import annotations

import gc

import numpy as np

from app.pipeline.feature_map import feature_maps
from app.pipeline.map_cache import ENTRY_BYTES, MapCache


def test_the_least_recently_used_map_leaves_first() -> None:
    cache = MapCache(max_bytes=3 * (16 * 5 + ENTRY_BYTES))
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
    cache = MapCache(max_bytes=10_000)
    cache.put(feature_maps([b"a", b"b"], np.zeros((2, 5, 5), np.float32)))
    assert cache.held_bytes == 200 + 50 + 2 * ENTRY_BYTES
    cache.put(feature_maps([b"c"], np.zeros((1, 5, 5), np.float32)))
    assert cache.held_bytes == 250 + 125 + 3 * ENTRY_BYTES
    cache.max_bytes = 340 + 3 * ENTRY_BYTES
    cache.put(feature_maps([b"d"], np.zeros((1, 1, 1), np.float32)))
    # Without a, the array of a and b is still there: b has to leave as well.
    assert [entry is not None for entry in cache.get([b"a", b"b", b"c", b"d"])] == [
        False,
        False,
        True,
        True,
    ]
    assert cache.held_bytes == 125 + 5 + 2 * ENTRY_BYTES


def test_maps_of_one_cell_are_bounded_too() -> None:
    cache = MapCache(max_bytes=100_000)
    for index in range(1000):
        cache.put(feature_maps([str(index).encode()], np.zeros((1, 1, 1), np.float32)))
    kept = sum(entry is not None for entry in cache.get([str(i).encode() for i in range(1000)]))
    assert 100 < kept < 200


def test_a_cache_of_no_bytes_keeps_nothing() -> None:
    cache = MapCache(max_bytes=0)
    cache.put(feature_maps([b"a"], np.zeros((1, 4, 4), np.float32)))
    assert cache.get([b"a"]) == [None]
    assert cache.held_bytes == 0


def test_a_read_only_picture_is_measured_once() -> None:
    picture = np.ones((1, 4, 4), np.float32)
    picture.setflags(write=False)
    cache = MapCache(max_bytes=10_000)
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
