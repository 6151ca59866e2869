from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from app.numerics.ranking import LOWEST_KEY, ranked_cells, ranking_keys

FLOATS = st.floats(width=32, allow_nan=False)


@given(st.lists(FLOATS, min_size=1, max_size=12))
def test_the_largest_key_is_the_first_of_the_largest_cells(numbers: list[float]) -> None:
    cells = np.array(numbers, dtype=np.float32).reshape(1, 1, -1)
    keys = ranking_keys(cells)
    assert int(keys.argmax()) == int(cells.argmax())
    assert int(keys.min()) > LOWEST_KEY


@given(st.lists(FLOATS, min_size=6, max_size=6), st.integers(0, 10_000))
def test_values_and_places_come_back(numbers: list[float], first_row: int) -> None:
    cells = np.array(numbers, dtype=np.float32).reshape(1, 2, 3)
    values, indices = ranked_cells(ranking_keys(cells, first_row=first_row))
    assert values.dtype == np.float32 and indices.dtype == np.int64
    assert_array_equal(values, cells)
    assert_array_equal(indices[0], np.arange(6).reshape(2, 3) + 3 * first_row)


def test_zeros_of_both_signs_are_equals() -> None:
    keys = ranking_keys(np.array([[[-0.0, 0.0]]], dtype=np.float32))
    assert keys[0, 0, 0] > keys[0, 0, 1]
