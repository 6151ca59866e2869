from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from app.numerics import pooling, reference, window_reduction
from app.numerics.shapes import FloatArray, ShapeError, output_size
from app.numerics.window_reduction import window_plan
from app.numerics.windows import axis_taps


@dataclass(frozen=True)
class Case:
    """Feature maps and windows that fit them."""

    x: FloatArray
    kernel_size: tuple[int, int]
    settings: dict[str, Any]
    is_seen: bool


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw maps of small whole numbers, so that ties are frequent, and any admitted window."""
    size = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    kernel = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    stride = draw(st.none() | st.tuples(st.integers(1, 4), st.integers(1, 4)))
    dilation = draw(st.sampled_from([(1, 1), (1, 1), (2, 1), (1, 3), (2, 2)]))
    reach = [dilation[axis] * (kernel[axis] - 1) for axis in (0, 1)]
    padding = draw(
        st.just(((0, 0), (0, 0)))
        | st.tuples(*(st.tuples(st.integers(0, most), st.integers(0, most)) for most in reach))
    )
    ceil_mode = draw(st.booleans())
    is_seen = True
    for axis in (0, 1):
        overhang = (stride or kernel)[axis] - 1 if ceil_mode else 0
        assume(size[axis] + sum(padding[axis]) + overhang > reach[axis])
        taps = axis_taps(
            size[axis],
            kernel_size=kernel[axis],
            stride=(stride or kernel)[axis],
            padding=padding[axis],
            dilation=dilation[axis],
            ceil_mode=ceil_mode,
        )
        is_seen &= bool((taps >= 0).any(axis=1).all())
    batch = draw(st.sampled_from([(), (1,), (2,)]))
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    x = random.integers(-4, 5, (*batch, draw(st.integers(1, 3)), *size)).astype(np.float32)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
    return Case(x, kernel, options, is_seen)


@pytest.fixture(params=[1 << 16, 20], ids=["whole", "in small blocks"])
def blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run with blocks of the usual size, and with tiny ones that cut every picture."""
    monkeypatch.setattr(window_reduction, "_BLOCK_CELLS", request.param)
    _forget_plans()
    yield
    _forget_plans()


def _forget_plans() -> None:
    pooling._kept_plan.cache_clear()
    window_plan.cache_clear()


@pytest.mark.usefixtures("blocks")
@settings(max_examples=100)
@given(case=cases())
def test_max_pooling_agrees_with_the_oracle(case: Case) -> None:
    assume(case.is_seen)
    expected = reference.max_pool2d(case.x, case.kernel_size, **case.settings, return_indices=True)
    values, indices = pooling.max_pool2d(
        case.x, case.kernel_size, **case.settings, return_indices=True
    )
    assert values.dtype == np.float32 and indices.dtype == np.int64
    assert_array_equal(values, expected[0], strict=False)
    assert_array_equal(indices, expected[1])
    alone = pooling.max_pool2d(case.x, case.kernel_size, **case.settings)
    assert alone.dtype == np.float32
    assert_array_equal(alone, values)


@pytest.mark.usefixtures("blocks")
@settings(max_examples=100)
@given(case=cases(), count_include_pad=st.booleans())
def test_average_pooling_agrees_with_the_oracle(case: Case, count_include_pad: bool) -> None:
    assume(case.is_seen or count_include_pad)
    options = {**case.settings, "count_include_pad": count_include_pad}
    result = pooling.avg_pool2d(case.x, case.kernel_size, **options)
    expected = reference.avg_pool2d(case.x, case.kernel_size, **options)
    # The sums of whole numbers are exact, so the quotient is rounded once.
    assert_array_equal(result, expected.astype(np.float32))


@pytest.mark.usefixtures("blocks")
@settings(max_examples=60)
@given(case=cases(), p=st.sampled_from([1, 2, 3, 2.5, 7]))
def test_lp_pooling_agrees_with_the_oracle(case: Case, p: float) -> None:
    result = pooling.lp_pool2d(case.x, case.kernel_size, **case.settings, p=p)
    expected = reference.lp_pool2d(case.x, case.kernel_size, **case.settings, p=p)
    assert result.dtype == np.float32
    assert_allclose(result, expected, rtol=3e-7, atol=0)


@given(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9), st.integers(0, 999))
def test_global_pooling_agrees_with_the_oracle(
    channels: int, rows: int, columns: int, seed: int
) -> None:
    x = np.random.default_rng(seed).standard_normal((2, channels, rows, columns), np.float32)
    for maps in (x, x[0]):
        means, peaks = pooling.global_avg_pool2d(maps), pooling.global_max_pool2d(maps)
        assert means.dtype == peaks.dtype == np.float32
        assert means.shape == peaks.shape == (*maps.shape[:-2], 1, 1)
        assert_allclose(means, reference.global_avg_pool2d(maps), rtol=1e-6, atol=1e-7)
        assert_array_equal(peaks, reference.global_max_pool2d(maps))


@pytest.mark.parametrize("name", ["valid", "same", "full"])
@pytest.mark.parametrize("kernel", [1, 2, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_named_paddings_agree_with_the_oracle(name: Any, kernel: int, stride: int) -> None:
    x = np.random.default_rng(0).standard_normal((2, 7, 10)).astype(np.float32)
    options = {"stride": stride, "padding": name}
    assert_array_equal(
        pooling.max_pool2d(x, kernel, stride=stride, padding=name),
        reference.max_pool2d(x, kernel, **options),
    )
    assert_allclose(
        pooling.avg_pool2d(x, kernel, stride=stride, padding=name),
        reference.avg_pool2d(x, kernel, **options),
        rtol=1e-6,
        atol=1e-7,
    )


@pytest.mark.parametrize("kernel", [2, 3, 7, 16, 31])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2])
def test_large_windows_agree_with_a_sliding_view(kernel: int, padding: Any, stride: int) -> None:
    x = np.random.default_rng(1).standard_normal((2, 200, 300)).astype(np.float32)
    edges = [(0, 0)]
    for length in (200, 300):
        total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
        edges.append((total // 2, total - total // 2) if padding == "same" else (0, 0))

    def windows(value: float) -> Any:
        padded = np.pad(x, edges, constant_values=value)
        view = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (1, 2))
        return view[:, ::stride, ::stride]

    values = pooling.max_pool2d(x, kernel, stride=stride, padding=padding)
    assert_array_equal(values, windows(-np.inf).max(axis=(3, 4)))
    means = pooling.avg_pool2d(x, kernel, stride=stride, padding=padding)
    assert_allclose(means, windows(0).mean(axis=(3, 4), dtype=np.float64), rtol=0, atol=1e-6)


def test_hand_worked_values() -> None:
    x = [[[1, 5, 2, 0], [5, 3, 0, 7]]]
    values, indices = pooling.max_pool2d(x, 2, return_indices=True)
    assert_array_equal(values, [[[5, 7]]])
    assert_array_equal(indices, [[[1, 7]]])
    assert_array_equal(pooling.avg_pool2d(x, 2), [[[3.5, 2.25]]])
    assert_array_equal(pooling.lp_pool2d([[[3, -4, 0, 0]]], (1, 2)), [[[5, 0]]])
    assert_array_equal(pooling.lp_pool2d([[[3, -4, 0, 0]]], (1, 2), p=1), [[[7, 0]]])


def test_padding_never_wins() -> None:
    x = np.full((1, 2, 2), -9, dtype=np.float32)
    values, indices = pooling.max_pool2d(x, 3, stride=1, padding=1, return_indices=True)
    assert_array_equal(values, np.full((1, 2, 2), -9))
    assert_array_equal(indices, np.zeros((1, 2, 2)))
    x[:] = -np.inf
    _, indices = pooling.max_pool2d(x, 3, stride=1, padding=1, return_indices=True)
    assert_array_equal(indices, np.zeros((1, 2, 2)))


def test_places_beyond_the_padded_edge_never_count() -> None:
    x = [[[2, 4, 9]]]
    options: dict[str, Any] = {"stride": (1, 2), "padding": ((0, 0), (1, 0)), "ceil_mode": True}
    assert_array_equal(pooling.avg_pool2d(x, (1, 2), **options), [[[1, 6.5]]])
    assert_array_equal(pooling.avg_pool2d(x, (1, 2), stride=(1, 2), ceil_mode=True), [[[3, 9]]])


def test_means_of_nothing_but_zeros_are_exact_zeros() -> None:
    x = np.zeros((2, 40, 40), dtype=np.float32)
    x[0, :5] = 0.1
    means = pooling.avg_pool2d(x, 9, stride=1, padding=4)
    assert_array_equal(means[1], np.zeros((40, 40)))
    assert_array_equal(means[0, 9:], np.zeros((31, 40)))


def test_powers_of_any_size_do_not_overflow() -> None:
    x = np.array([[[3e38, 0], [0, 0]], [[1e-30, 1e-30], [1e-30, 1e-30]]], dtype=np.float32)
    result = pooling.lp_pool2d(x, 2, p=40)
    assert_allclose(result.ravel(), [3e38, 1e-30 * 4 ** (1 / 40)], rtol=1e-6)


@pytest.mark.parametrize("size", [(28, 28), (96, 96), (333, 257), (1024, 1024)])
@pytest.mark.parametrize("window", [(2, 2, 0), (3, 1, 1), (3, 2, 1), (13, 1, 6)])
def test_peak_memory_stays_under_four_times_input_and_output(
    size: tuple[int, int], window: tuple[int, int, int]
) -> None:
    kernel, stride, padding = window
    x = np.random.default_rng(2).standard_normal((3, *size)).astype(np.float32)
    for pool in (pooling.max_pool2d, pooling.avg_pool2d):
        pool(x, kernel, stride=stride, padding=padding)
        tracemalloc.start()
        result = pool(x, kernel, stride=stride, padding=padding)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak + x.nbytes < 4 * (x.nbytes + result.nbytes) + 32_768  # the frame around them


def test_threads_do_not_disturb_each_other() -> None:
    random = np.random.default_rng(3)
    stacks = [random.standard_normal((4, 60 + i, 90)).astype(np.float32) for i in range(6)]
    expected = [pooling.max_pool2d(x, 3, stride=1, padding=1) for x in stacks]
    _forget_plans()
    with ThreadPoolExecutor(6) as pool:
        for _ in range(5):
            results = pool.map(lambda x: pooling.max_pool2d(x, 3, stride=1, padding=1), stacks)
            for result, wanted in zip(results, expected, strict=True):
                assert_array_equal(result, wanted)


def test_the_input_is_left_alone_and_may_be_a_view() -> None:
    x = np.random.default_rng(4).standard_normal((3, 20, 22)).astype(np.float32)
    view = x[::2, ::-1, 1::2]
    before = view.copy()
    assert_array_equal(pooling.max_pool2d(view, 2), pooling.max_pool2d(before, 2))
    assert_array_equal(
        pooling.avg_pool2d(view, 3, stride=1), pooling.avg_pool2d(before, 3, stride=1)
    )
    assert_array_equal(view, before)


@given(cases())
def test_output_size_is_that_of_the_formula(case: Case) -> None:
    rows, columns = (
        output_size(
            case.x.shape[-2 + axis],
            kernel_size=case.kernel_size[axis],
            stride=(case.settings["stride"] or case.kernel_size)[axis],
            padding=case.settings["padding"][axis],
            dilation=case.settings["dilation"][axis],
            ceil_mode=case.settings["ceil_mode"],
        )
        for axis in (0, 1)
    )
    result = pooling.avg_pool2d(case.x, case.kernel_size, **case.settings)
    assert result.shape == (*case.x.shape[:-2], rows, columns)


@pytest.mark.parametrize(
    ("kernel_size", "options", "words"),
    [
        (7, {}, r"pool2d of 2 maps of 5 x 6 cells.*kernel_size 7.*use kernel_size 5 or padding 1"),
        (3, {"dilation": 3}, "kernel_size 3 with dilation 3 spans 7 cells.*use dilation 2"),
        (0, {}, "kernel_size.*use at least 1"),
        (2.0, {}, "kernel_size is 2.0; use a whole number"),
        (True, {}, "kernel_size is True; use a whole number"),
        ((2, 2, 2), {}, r"kernel_size is \(2, 2, 2\)"),
        (2, {"stride": 0}, "stride"),
        (2, {"padding": -1}, "padding"),
        (2, {"padding": "sane"}, "'sane'.*valid, same, full"),
    ],
)
def test_impossible_windows_are_refused_with_all_shapes(
    kernel_size: Any, options: dict[str, Any], words: str
) -> None:
    x = np.zeros((2, 5, 6))
    pooling.max_pool2d(x, 2)  # a kept plan must not answer for numbers that only look equal
    pooling.max_pool2d(x, 1)
    for pool in (pooling.max_pool2d, pooling.avg_pool2d, pooling.lp_pool2d):
        with pytest.raises(ShapeError, match=words):
            pool(x, kernel_size, **options)


def test_small_and_large_pictures_agree_cell_for_cell() -> None:
    random = np.random.default_rng(5)
    x = random.integers(-3, 4, (40, 9, 11)).astype(np.float32)
    options: dict[str, Any] = {"stride": (2, 1), "padding": (1, 0), "ceil_mode": True}
    assert pooling._plan("max_pool2d", (1, *x.shape), (3, 2, 0, 1, False)).gathering is None
    assert pooling._plan("max_pool2d", (1, 1, 9, 11), (3, 2, 0, 1, False)).gathering is not None
    values, indices = pooling.max_pool2d(x, 3, return_indices=True, **options)
    means = pooling.avg_pool2d(x, 3, **options)
    for plane in range(len(x)):
        one = x[plane : plane + 1]
        assert_array_equal(pooling.max_pool2d(one, 3, **options), values[plane : plane + 1])
        assert_array_equal(pooling.avg_pool2d(one, 3, **options), means[plane : plane + 1])
        value, index = pooling.max_pool2d(one, 3, return_indices=True, **options)
        assert_array_equal(value, values[plane : plane + 1])
        assert_array_equal(index, indices[plane : plane + 1])


@pytest.mark.parametrize("return_indices", [False, True])
@pytest.mark.parametrize("kernel_size", [2, 5])
def test_peak_memory_of_maxima_stays_under_four_times_input_and_output(
    return_indices: Any, kernel_size: int
) -> None:
    x = np.random.default_rng(6).standard_normal((3, 96, 96)).astype(np.float32)
    _forget_plans()
    tracemalloc.start()
    out = pooling.max_pool2d(x, kernel_size, stride=1, return_indices=return_indices)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    given = sum(part.nbytes for part in out) if isinstance(out, tuple) else out.nbytes
    assert peak + x.nbytes < 4 * (x.nbytes + given)


def test_windows_on_padding_only_are_refused_where_they_mean_nothing() -> None:
    x = np.ones((1, 3, 3))
    words = "the window of output row 0, column 0 lies on padding only; use less padding"
    with pytest.raises(ShapeError, match=words):
        pooling.max_pool2d(x, 2, padding=2)
    with pytest.raises(ShapeError, match=words):
        pooling.avg_pool2d(x, 2, padding=2, count_include_pad=False)
    assert pooling.avg_pool2d(x, 2, padding=2)[0, 0, 0] == 0
    assert pooling.lp_pool2d(x, 2, padding=2)[0, 0, 0] == 0


@pytest.mark.parametrize("p", [0, 0.5, -1, float("inf"), float("nan")])
def test_norms_that_are_none_are_refused(p: float) -> None:
    with pytest.raises(ShapeError, match=r"lp_pool2d: p is .*at least 1"):
        pooling.lp_pool2d(np.ones((1, 2, 2)), 2, p=p)


@pytest.mark.parametrize("shape", [(4,), (4, 4), (1, 1, 1, 4, 4), (0, 4, 4), (1, 4, 0)])
def test_inputs_that_are_no_maps_are_refused(shape: tuple[int, ...]) -> None:
    x = np.zeros(shape)
    for pool in (pooling.global_avg_pool2d, pooling.global_max_pool2d):
        with pytest.raises(ShapeError, match=r"global_(avg|max)_pool2d: the input has shape"):
            pool(x)
    with pytest.raises(ShapeError, match="max_pool2d: the input has shape"):
        pooling.max_pool2d(x, 1)
