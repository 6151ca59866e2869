"""Previews and measures of feature maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.numerics.shapes import FloatArray
from app.pipeline.feature_map import encode_previews, feature_maps
from app.pipeline.previews import preview_codes

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


def test_codes_without_a_sign_are_the_same() -> None:
    values = np.random.default_rng(0).normal(size=(2, 30, 30)).clip(0).astype(np.float32)
    peaks = values.max(axis=(1, 2)).tolist()
    signed, unsigned = (preview_codes(values, peaks=peaks, is_signed=s) for s in (True, False))
    np.testing.assert_array_equal(signed, unsigned)


def test_measures_are_those_of_the_values() -> None:
    values = np.array([[[0, -0.0, 2]], [[0, 0, 0]]], dtype=np.float32)
    first, second = feature_maps(_measured(values), values)
    assert (first.range, first.zeros, first.is_dead) == ((0.0, 2.0), 2, False)
    assert (second.range, second.zeros, second.is_dead) == ((0.0, 0.0), 3, True)
