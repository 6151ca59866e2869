"""Maps laid behind one another: copied only where they do not lie so already."""

from __future__ import annotations

import numpy as np
import pytest

from app.numerics.shapes import FloatArray
from app.operations.base import stacked
from app.pipeline.feature_map import FeatureMap, feature_maps, values_of

MAPS: FloatArray = np.arange(24, dtype=np.float32).reshape(4, 2, 3)


@pytest.mark.parametrize(
    ("chosen", "is_copy"),
    [([0, 1, 2, 3], False), ([1, 2], False), ([3], False), ([1, 0], True), ([0, 2], True)],
)
def test_maps_of_an_array_are_copied_only_in_another_order(
    chosen: list[int], is_copy: bool
) -> None:
    together = stacked(MAPS, chosen)
    assert np.shares_memory(together, MAPS) != is_copy
    np.testing.assert_array_equal(together, MAPS[chosen])
    np.testing.assert_array_equal(stacked(list(MAPS), chosen), MAPS[chosen])


@pytest.fixture
def computed() -> list[FeatureMap]:
    return feature_maps([b"a", b"b", b"c", b"d"], MAPS.copy())


@pytest.mark.parametrize("chosen", [[0, 1, 2, 3], [1, 2], [3]])
def test_maps_computed_together_are_read_where_they_lie(
    computed: list[FeatureMap], chosen: list[int]
) -> None:
    together = stacked(values_of([computed[place] for place in chosen]))
    assert np.shares_memory(together, computed[0].stack)
    assert not together.flags.writeable
    np.testing.assert_array_equal(together, MAPS[chosen])


@pytest.mark.parametrize("chosen", [[1, 0], [0, 2], [0, 0], [3, 0]])
def test_maps_in_another_order_are_those(computed: list[FeatureMap], chosen: list[int]) -> None:
    together = stacked(values_of([computed[place] for place in chosen]))
    np.testing.assert_array_equal(together, MAPS[chosen])


def test_maps_computed_apart_are_those(computed: list[FeatureMap]) -> None:
    (other,) = feature_maps([b"e"], -MAPS[1:2])
    together = stacked(values_of([computed[0], other]))
    np.testing.assert_array_equal(together, [MAPS[0], -MAPS[1]])
