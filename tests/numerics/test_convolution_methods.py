"""Every method by itself, and the model that chooses among them."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.numerics import FloatArray, ShapeError, conv2d, preset, reference
from app.numerics.convolution_cost import Method, costs, rank
from app.numerics.convolution_fourier import convolve_fourier, tilings
from app.numerics.convolution_geometry import Geometry, convolution_geometry
from app.numerics.convolution_patches import PatchPlan
from app.numerics.convolution_separable import Factors, convolve_separable, separate
from app.numerics.convolution_slabs import Block, blocks, convolve_slabs
from app.numerics.workspace import WORKSPACE_FLOOR
from tests.numerics.cases import Case, assert_agrees, convolutions

Convolve = Callable[[FloatArray, FloatArray, FloatArray | None, Geometry], FloatArray]


def _patches(
    x: FloatArray, weight: FloatArray, bias: FloatArray | None, geometry: Geometry
) -> FloatArray:
    return PatchPlan(geometry).run(x, weight, bias)


METHODS: dict[str, Convolve] = {
    "patches": _patches,
    "slabs": convolve_slabs,
    "fourier": convolve_fourier,
}


def _geometry(x: FloatArray, weight: FloatArray, case: Case) -> Geometry:
    return convolution_geometry(x.shape, weight.shape, **case.settings)


def _batch(case: Case) -> FloatArray:
    return case.x if case.x.ndim == 4 else case.x[np.newaxis]


def _float64(
    x: FloatArray, weight: FloatArray, bias: FloatArray | None, geometry: Geometry
) -> FloatArray:
    """Sum shifted copies in float64: an independent answer for sizes the loops are slow for."""
    padded = np.pad(x.astype(np.float64), ((0, 0), (0, 0), *geometry.padding))
    groups, filters = geometry.groups, geometry.out_channels
    split = padded.reshape(len(x), groups, -1, *padded.shape[2:])
    kernels = weight.astype(np.float64).reshape(groups, filters, -1, *weight.shape[2:])
    total = np.zeros((len(x), groups, filters, *geometry.output_size))
    for i, j in np.ndindex(*geometry.kernel_size):
        top, left = i * geometry.dilation[0], j * geometry.dilation[1]
        rows = slice(top, top + (total.shape[3] - 1) * geometry.stride[0] + 1, geometry.stride[0])
        columns = slice(
            left, left + (total.shape[4] - 1) * geometry.stride[1] + 1, geometry.stride[1]
        )
        total += np.einsum("ngchw,gfc->ngfhw", split[..., rows, columns], kernels[..., i, j])
    out = total.reshape(geometry.output_shape)
    return out if bias is None else out + bias[:, np.newaxis, np.newaxis]  # type: ignore[return-value]


@pytest.mark.parametrize("name", METHODS)
@given(case=convolutions(modes=("zeros",)))
def test_agrees_with_the_plain_loops(name: str, case: Case) -> None:
    x = _batch(case)
    result = METHODS[name](x, case.weight, case.bias, _geometry(x, case.weight, case))
    expected = reference.conv2d(x, case.weight, case.bias, **case.settings)
    assert_agrees(result, expected, case)


@pytest.mark.parametrize("name", METHODS)
@given(case=convolutions(side=150, kernel=9, modes=("zeros",)))
def test_agrees_with_float64_on_larger_maps(name: str, case: Case) -> None:
    x = _batch(case)
    geometry = _geometry(x, case.weight, case)
    result = METHODS[name](x, case.weight, case.bias, geometry)
    assert_agrees(result, _float64(x, case.weight, case.bias, geometry), case)


@pytest.mark.parametrize(
    ("shape", "weight", "padding"),
    [
        ((1, 1, 400, 700), (1, 1, 31, 31), 15),  # several tiles and blocks along both axes
        ((1, 40, 60, 90), (5, 40, 3, 3), 1),
        ((1, 2, 1, 9000), (3, 2, 1, 31), 0),
        ((1, 1, 300, 1024), (1, 1, 3, 3), 1),  # rows as long as the first-level cache is deep
        ((70, 1, 12, 12), (3, 1, 5, 5), 2),  # more samples than fit the buffers at once
        ((2, 300, 9, 11), (4, 300, 3, 3), 1),
    ],
)
@pytest.mark.parametrize("name", METHODS)
def test_agrees_with_float64_where_the_work_is_cut_into_pieces(
    name: str, shape: tuple[int, ...], weight: tuple[int, ...], padding: int
) -> None:
    random = np.random.default_rng(11)
    x = random.standard_normal(shape).astype(np.float32)
    filters = random.standard_normal(weight).astype(np.float32)
    bias = random.standard_normal(len(filters)).astype(np.float32)
    pads = (padding if shape[2] > 1 else 0, padding)
    geometry = convolution_geometry(shape, weight, padding=pads)
    case = Case(x, filters, bias, {})
    assert_agrees(
        METHODS[name](x, filters, bias, geometry), _float64(x, filters, bias, geometry), case
    )


@given(case=convolutions(side=80, kernel=7, modes=("zeros",)), seed=st.integers(0, 2**32))
def test_separable_agrees_with_float64(case: Case, seed: int) -> None:
    random = np.random.default_rng(seed)
    out, channels, height, width = case.weight.shape
    mix, column, row = (
        random.standard_normal((out, *shape))
        for shape in ((channels, 1, 1), (1, height, 1), (1, 1, width))
    )
    weight = (mix * column * row).astype(np.float32)
    x = _batch(case)
    geometry = _geometry(x, weight, case)
    # Not from `separate`: here the factors are known, whatever the rounding of their product.
    factors = [
        Factors(*(part.reshape(-1).astype(np.float32) for part in parts))
        for parts in zip(mix / mix[:, :1], column * mix[:, :1], row, strict=True)
    ]
    result = convolve_separable(x, factors, case.bias, geometry)
    scale = Case(case.x, (mix * column * row * 2).astype(np.float32), case.bias, case.settings)
    assert_agrees(result, _float64(x, weight, case.bias, geometry), scale)


@pytest.mark.parametrize(
    "name", ["box_blur", "gaussian_3", "gaussian_5", "sobel_x", "sobel_y", "scharr_x", "prewitt_y"]
)
def test_the_named_kernels_that_factor_are_found(name: str) -> None:
    kernel = preset(name)
    mixed = np.array([2, -1, -1], np.float32)[:, np.newaxis, np.newaxis] * kernel
    factors = separate(np.stack([mixed, mixed[::-1]]))
    assert factors is not None
    for factor, expected in zip(factors, (mixed, mixed[::-1]), strict=True):
        product = np.einsum("c,i,j->cij", factor.mix, factor.column, factor.row)
        np.testing.assert_allclose(product, expected, rtol=3e-7)


@pytest.mark.parametrize("name", ["laplacian_4", "sharpen", "laplacian_of_gaussian", "emboss"])
def test_kernels_that_do_not_factor_are_left(name: str) -> None:
    assert separate(preset(name)[np.newaxis, np.newaxis]) is None


def test_a_filter_of_zeros_factors_into_zeros() -> None:
    factors = separate(np.zeros((1, 2, 3, 3), np.float32))
    assert factors is not None
    geometry = convolution_geometry((1, 2, 8, 8), (1, 2, 3, 3))
    assert not convolve_separable(np.ones((1, 2, 8, 8), np.float32), factors, None, geometry).any()


def _picture_with_flat_areas(side: int) -> FloatArray:
    """Make hundredths: a black quarter, a flat grey quarter, noise elsewhere."""
    random = np.random.default_rng(13)
    picture = (random.integers(0, 101, (1, 1, side, side)) / 100).astype(np.float32)
    half = side // 2
    picture[..., :half, :half] = 0
    picture[..., half:, half:] = np.float32(0.37)
    return picture


def _ring(size: int) -> FloatArray:
    """Make a large kernel that does not factor and sums to exactly 0: the middle against a ring."""
    kernel = np.zeros((1, 1, size, size), np.float32)
    kernel[0, 0, [0, 0, -1, -1], [0, -1, 0, -1]] = -1
    kernel[0, 0, size // 2, size // 2] = 4
    return kernel


@pytest.mark.parametrize("name", METHODS)
def test_exact_zeros_stay_exact_zeros(name: str) -> None:
    picture, kernel, size = _picture_with_flat_areas(220), _ring(31), 31
    geometry = convolution_geometry(picture.shape, kernel.shape)
    result = METHODS[name](picture, kernel, None, geometry)
    windows = np.lib.stride_tricks.sliding_window_view(picture[0, 0], (size, size))
    is_flat = windows.min(axis=(2, 3)) == windows.max(axis=(2, 3))
    assert is_flat.sum() > 10000
    assert not result[0, 0][is_flat].any()


def test_the_fourier_method_repeats_the_few_cells_it_cannot_tell_from_zero() -> None:
    random = np.random.default_rng(17)
    picture = random.standard_normal((1, 2, 200, 200)).astype(np.float32)
    picture[:, :, 60:93, 70:103] = 0
    weight = random.standard_normal((3, 2, 31, 31)).astype(np.float32)
    geometry = convolution_geometry(picture.shape, weight.shape)
    result = convolve_fourier(picture, weight, None, geometry)
    assert not result[:, :, 60:63, 70:73].any()
    assert np.count_nonzero(result == 0) == 27
    # Not the slabs' numbers: the transforms did compute the rest.
    assert (result != convolve_slabs(picture, weight, None, geometry)).any()


def test_the_bias_is_exact_where_the_sum_is_zero() -> None:
    picture, kernel = _picture_with_flat_areas(220), _ring(31)
    geometry = convolution_geometry(picture.shape, kernel.shape)
    bias = np.array([0.1], np.float32)
    for convolve in METHODS.values():
        assert convolve(picture, kernel, bias, geometry)[0, 0, 0, 0] == bias[0]


@pytest.mark.parametrize("name", ["sobel_x", "scharr_y", "prewitt_x"])
def test_separable_edge_kernels_give_exactly_zero_on_flat_areas(name: str) -> None:
    picture, kernel = np.full((1, 1, 64, 64), 0.37, np.float32), preset(name)[None, None]
    factors = separate(kernel)
    assert factors is not None
    geometry = convolution_geometry(picture.shape, kernel.shape)
    assert not convolve_separable(picture, factors, None, geometry).any()


@given(case=convolutions(side=60, modes=("zeros",)))
def test_blocks_cover_every_output_cell_once(case: Case) -> None:
    geometry = _geometry(_batch(case), case.weight, case)
    covered = np.zeros(geometry.output_size, dtype=int)
    for block in blocks(geometry):
        covered[_places(block)] += 1
    assert (covered == 1).all()


def _places(block: Block) -> tuple[slice, slice]:
    stop = block.first_row + (block.rows - 1) * block.row_step + 1
    columns = slice(block.first_column, block.first_column + block.columns)
    return slice(block.first_row, stop, block.row_step), columns


@given(side=st.integers(1, 3000), kernel=st.integers(1, 60), stride=st.integers(1, 5))
def test_tiles_are_even_and_hold_their_output_and_its_reach(
    side: int, kernel: int, stride: int
) -> None:
    geometry = convolution_geometry(
        (1, 1, side, side), (1, 1, kernel, kernel), stride=stride, padding=kernel // 2
    )
    for tiling in tilings(geometry):
        assert tiling.length % 2 == 0
        assert tiling.step % stride == 0
        assert tiling.length >= tiling.step + kernel - 1


@pytest.mark.parametrize(
    ("shape", "weight", "method", "is_worth_factoring"),
    [
        ((1, 1, 28, 28), (8, 1, 3, 3), Method.PATCHES, False),
        ((1, 3, 512, 512), (8, 3, 3, 3), Method.SLABS, False),
        ((1, 1, 512, 512), (1, 1, 31, 31), Method.FOURIER, True),
    ],
)
def test_the_cost_model_chooses_what_was_measured_to_be_fastest(
    shape: tuple[int, ...], weight: tuple[int, ...], method: Method, is_worth_factoring: bool
) -> None:
    geometry = convolution_geometry(shape, weight)
    assert rank(geometry) == (method, is_worth_factoring)
    assert all(cost > 0 for cost in costs(geometry).values())


@pytest.mark.parametrize("size", [3, 15, 31])
def test_conv2d_agrees_with_float64_whatever_it_chooses(size: int) -> None:
    random = np.random.default_rng(19)
    x = random.standard_normal((2, 300, 310)).astype(np.float32)
    ramp = np.exp(-(np.linspace(-2, 2, size) ** 2))
    blur = np.broadcast_to(np.outer(ramp, ramp), (3, 2, size, size)).astype(np.float32)
    for weight in (random.standard_normal((3, 2, size, size)).astype(np.float32), blur):
        geometry = convolution_geometry((1, *x.shape), weight.shape, padding="same")
        expected = _float64(x[np.newaxis], weight, None, geometry)[0]
        assert_agrees(conv2d(x, weight, padding="same"), expected, Case(x, weight, None, {}))


@pytest.mark.parametrize(
    ("shape", "weight"),
    [
        ((3, 512, 512), (2, 3, 31, 31)),
        ((1, 700, 700), (1, 1, 3, 3)),
        ((3, 96, 96), (4, 3, 31, 31)),
        ((8, 96, 96), (8, 8, 31, 31)),
        ((32, 64, 64), (32, 32, 21, 21)),
        ((16, 48, 48), (16, 16, 11, 11)),
        ((4, 48, 48), (6, 4, 3, 3)),
        ((8, 28, 28), (16, 8, 3, 3)),
        ((1, 28, 28), (1, 1, 11, 11)),
        ((1, 1, 16384), (1, 1, 1, 31)),
        ((1, 1, 16384), (8, 1, 1, 31)),
        ((64, 14, 14), (64, 64, 3, 3)),
    ],
)
@pytest.mark.parametrize("padding_mode", ["zeros", "reflect"])
def test_peak_memory_stays_under_four_times_input_and_output_or_the_floor(
    shape: tuple[int, ...], weight: tuple[int, ...], padding_mode: str
) -> None:
    random = np.random.default_rng(23)
    x = random.standard_normal(shape).astype(np.float32)
    filters = random.standard_normal(weight).astype(np.float32)
    outs, peaks = [], []

    def weigh() -> None:
        tracemalloc.start()
        outs.append(conv2d(x, filters, padding="same", padding_mode=padding_mode))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    # A new thread has no buffers yet.
    thread = threading.Thread(target=weigh)
    thread.start()
    thread.join()
    beside = peaks[0] - outs[0].nbytes
    assert beside < max(3 * (x.nbytes + outs[0].nbytes), 1.1 * WORKSPACE_FLOOR)


def test_flat_areas_cost_no_more_memory_than_others() -> None:
    x, filters = np.zeros((8, 96, 96), np.float32), np.ones((8, 8, 31, 31), np.float32)
    filters[..., 0, 0] = 3  # does not factor
    geometry = convolution_geometry((1, *x.shape), filters.shape, padding="same")
    tracemalloc.start()
    out = convolve_fourier(x[np.newaxis], filters, None, geometry)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not out.any()
    assert peak - out.nbytes < 3 * (x.nbytes + out.nbytes)


@pytest.mark.parametrize("name", METHODS)
@given(case=convolutions(side=40, kernel=7, modes=("zeros",)), spare=st.integers(-(1 << 20), 4096))
def test_agrees_with_float64_in_any_workspace(name: str, case: Case, spare: int) -> None:
    x = _batch(case)
    geometry = replace(_geometry(x, case.weight, case), workspace=spare)
    result = METHODS[name](x, case.weight, case.bias, geometry)
    assert_agrees(result, _float64(x, case.weight, case.bias, geometry), case)


def test_methods_that_do_not_fit_the_workspace_are_not_chosen() -> None:
    geometry = convolution_geometry((1, 8, 96, 96), (8, 8, 31, 31), padding=15)
    assert rank(geometry)[0] is Method.FOURIER
    tight = replace(geometry, workspace=1 << 16)
    assert rank(tight)[0] is Method.SLABS
    assert costs(tight)[Method.PATCHES] == costs(tight)[Method.FOURIER] == float("inf")


def test_a_setting_that_equals_a_legal_one_is_refused_even_after_that_one() -> None:
    x, filters = np.ones((1, 4, 4), np.float32), np.ones((1, 1, 2, 2), np.float32)
    assert conv2d(x, filters, stride=1).shape == (1, 3, 3)
    for stride in (True, 1.0, (1, True)):
        with pytest.raises(ShapeError, match="stride"):
            conv2d(x, filters, stride=stride)  # type: ignore[arg-type]
    assert conv2d(x, filters, stride=[1, 1]).shape == (1, 3, 3)
