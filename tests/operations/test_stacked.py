"""Maps laid behind one another: copied only where they do not lie so already."""

from __future__ import annotations

import numpy as np
import pytest

from app.numerics import conv2d
from app.numerics.shapes import FloatArray
from app.operations.base import stacked


@pytest.fixture
def maps() -> FloatArray:
    """Maps as a convolution gives them: a view of a batch of one."""
    x = np.arange(25, dtype=np.float32).reshape(1, 5, 5)
    return conv2d(x, np.arange(36, dtype=np.float32).reshape(4, 1, 3, 3))


@pytest.mark.parametrize("chosen", [[0, 1, 2, 3], [1, 2], [2, 3], [3]])
def test_neighbours_are_read_where_they_lie(maps: FloatArray, chosen: list[int]) -> None:
    together = stacked([maps[index] for index in chosen])
    assert np.shares_memory(together, maps)
    np.testing.assert_array_equal(together, maps[chosen])


@pytest.mark.parametrize("chosen", [[1, 0], [0, 2], [0, 0], [3, 0]])
def test_maps_in_another_order_are_copied(maps: FloatArray, chosen: list[int]) -> None:
    together = stacked([maps[index] for index in chosen])
    assert not np.shares_memory(together, maps)
    np.testing.assert_array_equal(together, maps[chosen])


def test_maps_of_several_arrays_are_copied(maps: FloatArray) -> None:
    other = maps.copy()
    together = stacked([maps[0], other[1]])
    np.testing.assert_array_equal(together, [maps[0], other[1]])


@pytest.mark.parametrize("columns", [[0, 4], [2, 6]])
def test_windows_of_larger_maps_are_copied(columns: list[int]) -> None:
    whole = np.arange(32, dtype=np.float32).reshape(4, 8)
    windows = [whole[:2, first : first + 2] for first in columns]
    np.testing.assert_array_equal(stacked(windows), windows)


def test_maps_between_the_planes_of_an_array_are_copied() -> None:
    row = np.arange(8, dtype=np.float32)
    maps = [row[1:3].reshape(1, 2), row[3:5].reshape(1, 2)]
    np.testing.assert_array_equal(stacked(maps), maps)


def test_what_is_fixed_stays_fixed(maps: FloatArray) -> None:
    maps.setflags(write=False)
    assert not stacked(list(maps)).flags.writeable
