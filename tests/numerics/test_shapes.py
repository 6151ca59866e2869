from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.numerics.shapes import (
    ShapeError,
    as_batch,
    as_bias,
    as_filters,
    as_pair,
    output_size,
    resolve_padding,
)


@given(
    length=st.integers(1, 30),
    kernel_size=st.integers(1, 7),
    stride=st.integers(1, 5),
    before=st.integers(0, 6),
    after=st.integers(0, 6),
    dilation=st.integers(1, 4),
)
def test_output_size_counts_the_starts_from_which_a_window_fits(
    length: int, kernel_size: int, stride: int, before: int, after: int, dilation: int
) -> None:
    reach = dilation * (kernel_size - 1)
    starts = [
        s for s in range(0, length + before + after, stride) if s + reach < length + before + after
    ]
    settings = {
        "kernel_size": kernel_size,
        "stride": stride,
        "padding": (before, after),
        "dilation": dilation,
    }
    if starts:
        assert output_size(length, **settings) == len(starts)  # type: ignore[arg-type]
    else:
        with pytest.raises(ShapeError, match=f"spans {reach + 1} cells"):
            output_size(length, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("length", "kernel_size", "stride", "padding", "floor", "ceil"),
    [
        (6, 3, 2, 0, 2, 3),
        (5, 3, 2, 0, 2, 2),
        (3, 1, 2, 0, 2, 2),
        (4, 1, 2, 0, 2, 2),  # a third window would start behind the input
        (4, 2, 3, 1, 2, 2),  # so would one that starts in the padding at the end
        (7, 2, 3, 0, 2, 3),
    ],
)
def test_ceil_mode_counts_one_more_window_only_if_it_starts_inside(
    length: int, kernel_size: int, stride: int, padding: int, floor: int, ceil: int
) -> None:
    for ceil_mode, expected in ((False, floor), (True, ceil)):
        count = output_size(
            length, kernel_size=kernel_size, stride=stride, padding=padding, ceil_mode=ceil_mode
        )
        assert count == expected


@pytest.mark.parametrize(
    ("length", "kernel_size", "stride", "padding", "dilation", "is_admitted"),
    [
        (3, 4, 2, 0, 1, True),
        (3, 5, 2, 0, 1, False),  # overhangs by a whole stride
        (3, 5, 3, 0, 1, True),
        (3, 4, 1, 0, 1, False),
        (2, 5, 4, 1, 1, True),
        (4, 3, 2, 0, 2, True),
    ],
)
def test_ceil_mode_admits_a_kernel_that_overhangs_by_less_than_a_stride(
    length: int, kernel_size: int, stride: int, padding: int, dilation: int, is_admitted: bool
) -> None:
    def count(*, ceil_mode: bool) -> int:
        return output_size(
            length,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            ceil_mode=ceil_mode,
        )

    with pytest.raises(ShapeError, match="spans"):
        count(ceil_mode=False)
    if is_admitted:
        assert count(ceil_mode=True) == 1
    else:
        with pytest.raises(ShapeError, match="spans"):
            count(ceil_mode=True)


def test_a_kernel_that_does_not_fit_is_refused_with_settings_that_work() -> None:
    with pytest.raises(ShapeError) as caught:
        output_size(10, kernel_size=7, dilation=2)
    message = str(caught.value)
    assert "kernel_size 7 with dilation 2 spans 13 cells" in message
    assert "has 10; use dilation 1, kernel_size 5 or padding 2" in message
    assert output_size(10, kernel_size=7, dilation=1) >= 1
    assert output_size(10, kernel_size=5, dilation=2) >= 1
    assert output_size(10, kernel_size=7, dilation=2, padding=2) >= 1


@given(length=st.integers(1, 40), kernel_size=st.integers(1, 9), stride=st.integers(1, 5))
def test_same_padding_gives_one_output_per_stride_and_the_odd_cell_at_the_end(
    length: int, kernel_size: int, stride: int
) -> None:
    rows, _ = resolve_padding(
        "same", input_size=(length, 1), kernel_size=(kernel_size, 1), stride=stride
    )
    size = output_size(length, kernel_size=kernel_size, stride=stride, padding=rows)
    assert size == -(-length // stride)
    assert rows[1] - rows[0] in (0, 1)


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        (2, ((2, 2), (2, 2))),
        (np.int64(2), ((2, 2), (2, 2))),
        ((1, 2), ((1, 1), (2, 2))),
        ([[1, 2], [3, 4]], ((1, 2), (3, 4))),
        (((1, 2), 3), ((1, 2), (3, 3))),
        ("valid", ((0, 0), (0, 0))),
        ("full", ((4, 4), (2, 2))),
        ("same", ((2, 2), (1, 1))),
    ],
)
def test_every_way_of_asking_for_padding_becomes_cells_per_edge(
    padding: object, expected: object
) -> None:
    resolved = resolve_padding(
        padding,  # type: ignore[arg-type]
        input_size=(9, 9),
        kernel_size=(3, 3),
        dilation=(2, 1),
    )
    assert resolved == expected


@pytest.mark.parametrize("padding", ["middle", -1, (1, -1), (1, 2, 3), 1.5, None, True, "", []])
def test_padding_of_no_known_form_is_refused(padding: object) -> None:
    with pytest.raises(ShapeError, match="padding"):
        resolve_padding(padding, input_size=(9, 9), kernel_size=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0, -1, 1.5, "3", (1, 0), (1, 2, 3), None, True, [1.0, 2]])
def test_a_pair_of_no_known_form_is_refused_by_name(value: object) -> None:
    with pytest.raises(ShapeError, match="stride"):
        as_pair(value, name="stride")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "shape", [(), (3,), (3, 4), (0, 3, 4), (1, 3, 0), (1, 2, 3, 0), (0, 1, 2, 3)]
)
def test_maps_of_other_or_empty_axes_are_refused_by_operation_and_shape(
    shape: tuple[int, ...],
) -> None:
    with pytest.raises(ShapeError, match="conv2d: the input has shape") as caught:
        as_batch(np.zeros(shape), operation="conv2d")
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize("shape", [(3, 3), (1, 1, 3), (0, 1, 3, 3), (1, 1, 1, 3, 3)])
def test_filters_of_other_or_empty_axes_are_refused_by_operation_and_shape(
    shape: tuple[int, ...],
) -> None:
    with pytest.raises(ShapeError, match="conv2d: the weight has shape") as caught:
        as_filters(np.zeros(shape), operation="conv2d")
    assert str(shape) in str(caught.value)


def test_a_bias_of_another_length_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"use shape \(2,\)"):
        as_bias([1, 2, 3], out_channels=2, operation="conv2d")
