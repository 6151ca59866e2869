from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.numerics.shapes import ShapeError
from app.numerics.windows import (
    ABSENT,
    PADDING,
    axis_taps,
    extended_index,
    transposed_axis_taps,
    transposed_output_size,
)

NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@given(
    length=st.integers(1, 8),
    before=st.integers(0, 20),
    after=st.integers(0, 20),
    mode=st.sampled_from(sorted(NUMPY_MODES)),
)
def test_padding_modes_copy_the_cells_that_numpy_copies(
    length: int, before: int, after: int, mode: str
) -> None:
    expected = np.pad(np.arange(length), (before, after), mode=NUMPY_MODES[mode])  # type: ignore[call-overload]
    index = extended_index(length, before=before, after=after, padding_mode=mode)
    np.testing.assert_array_equal(index, expected)


def test_zero_padding_is_marked_and_not_indexed() -> None:
    index = extended_index(2, before=1, after=2, padding_mode="zeros")
    assert index.tolist() == [PADDING, 0, 1, PADDING, PADDING]
    assert index.dtype == np.int32


def test_an_unknown_padding_mode_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ShapeError, match="'mirror'; use one of zeros, reflect, replicate, circular"
    ):
        extended_index(2, before=1, after=1, padding_mode="mirror")


@given(
    length=st.integers(1, 20),
    kernel_size=st.integers(1, 5),
    stride=st.integers(1, 4),
    before=st.integers(0, 4),
    after=st.integers(0, 4),
    dilation=st.integers(1, 3),
    ceil_mode=st.booleans(),
)
def test_every_tap_names_the_cell_under_the_kernel(
    length: int,
    kernel_size: int,
    stride: int,
    before: int,
    after: int,
    dilation: int,
    ceil_mode: bool,
) -> None:
    try:
        taps = axis_taps(
            length,
            kernel_size=kernel_size,
            stride=stride,
            padding=(before, after),
            dilation=dilation,
            ceil_mode=ceil_mode,
        )
    except ShapeError:
        assert dilation * (kernel_size - 1) + 1 > length + before + after
        return
    for (output, place), source in np.ndenumerate(taps):
        position = output * stride + place * dilation - before
        if 0 <= position < length:
            assert source == position
        elif position < length + after:
            assert source == PADDING
        else:
            assert ceil_mode
            assert source == ABSENT


@given(
    length=st.integers(1, 8),
    kernel_size=st.integers(1, 5),
    stride=st.integers(1, 4),
    before=st.integers(0, 3),
    after=st.integers(0, 3),
    output_padding=st.integers(0, 3),
    dilation=st.integers(1, 3),
)
def test_transposed_taps_reverse_where_each_source_paints(
    length: int,
    kernel_size: int,
    stride: int,
    before: int,
    after: int,
    output_padding: int,
    dilation: int,
) -> None:
    settings = {
        "kernel_size": kernel_size,
        "stride": stride,
        "padding": (before, after),
        "output_padding": output_padding,
        "dilation": dilation,
    }
    size = (
        (length - 1) * stride + dilation * (kernel_size - 1) + 1 + output_padding - before - after
    )
    if size < 1 or output_padding >= max(stride, dilation):
        with pytest.raises(ShapeError):
            transposed_axis_taps(length, **settings)  # type: ignore[arg-type]
        return
    expected = np.full((size, kernel_size), ABSENT)
    for source in range(length):
        for place in range(kernel_size):
            output = source * stride + place * dilation - before
            if 0 <= output < size:
                expected[output, place] = source
    taps = transposed_axis_taps(length, **settings)  # type: ignore[arg-type]
    np.testing.assert_array_equal(taps, expected)
    assert transposed_output_size(length, **settings) == size  # type: ignore[arg-type]


def test_output_padding_as_large_as_the_stride_is_refused_with_what_works() -> None:
    with pytest.raises(ShapeError, match="use at most 1, or a larger stride"):
        transposed_axis_taps(4, kernel_size=3, stride=2, output_padding=2)


def test_padding_that_leaves_no_cell_is_refused_with_what_works() -> None:
    with pytest.raises(ShapeError, match="use at most 2"):
        transposed_axis_taps(3, kernel_size=3, padding=3)
    assert len(transposed_axis_taps(3, kernel_size=3, padding=2)) == 1
