from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from app.numerics.kernels import PRESETS, centred, preset, random_weight
from app.numerics.shapes import ShapeError

# Written down by hand from the literature, apart from the module's own tables.
CLASSICAL = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "sobel_x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel_y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "scharr_x": [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]],
    "scharr_y": [[-3, -10, -3], [0, 0, 0], [3, 10, 3]],
    "prewitt_x": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "prewitt_y": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "roberts_x": [[1, 0], [0, -1]],
    "roberts_y": [[0, 1], [-1, 0]],
    "laplacian_4": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "laplacian_8": [[1, 1, 1], [1, -8, 1], [1, 1, 1]],
    "laplacian_of_gaussian": [
        [0, 0, 1, 0, 0],
        [0, 1, 2, 1, 0],
        [1, 2, -16, 2, 1],
        [0, 1, 2, 1, 0],
        [0, 0, 1, 0, 0],
    ],
    "outline": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "edge_top": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "edge_left": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "edge_bottom": [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    "edge_right": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
}
AVERAGING = ("identity", "box_blur", "gaussian_3", "gaussian_5", "motion_blur")
KEEPING_BRIGHTNESS = (*AVERAGING, "sharpen", "unsharp", "emboss")
BEYOND_HUNDREDTHS = ("box_blur", "gaussian_3", "gaussian_5", "unsharp")


def test_every_promised_preset_exists() -> None:
    computed = {"box_blur", "gaussian_3", "gaussian_5", "unsharp", "motion_blur"}
    gabors = {f"gabor_{angle}" for angle in (0, 45, 90, 135)}
    assert set(PRESETS) == set(CLASSICAL) | computed | gabors


@pytest.mark.parametrize("name", CLASSICAL)
def test_classical_kernels_are_those_of_the_literature(name: str) -> None:
    assert_array_equal(preset(name), np.array(CLASSICAL[name], dtype=np.float32))


def test_blurs_are_the_means_they_claim() -> None:
    row_3, row_5 = np.array([1, 2, 1]) / 4, np.array([1, 4, 6, 4, 1]) / 16
    assert_array_equal(preset("box_blur"), np.full((3, 3), 1 / 9, dtype=np.float32))
    assert_array_equal(preset("gaussian_3"), np.outer(row_3, row_3).astype(np.float32))
    assert_array_equal(preset("gaussian_5"), np.outer(row_5, row_5).astype(np.float32))
    assert_array_equal(preset("motion_blur"), (np.eye(5) / 5).astype(np.float32))


def test_unsharp_mask_is_twice_the_picture_less_a_gaussian_blur() -> None:
    twice = 2 * centred(preset("identity"), 5)
    assert_array_equal(preset("unsharp"), twice - preset("gaussian_5"))


@pytest.mark.parametrize("angle", [0, 45, 90, 135])
def test_gabor_kernels_are_rounded_values_of_the_formula(angle: int) -> None:
    row, column = np.mgrid[-2:3, -2:3].astype(np.float64)
    turn = math.radians(angle)
    across = column * math.cos(turn) + row * math.sin(turn)
    along = row * math.cos(turn) - column * math.sin(turn)
    envelope = np.exp(-(across**2 + (0.6 * along) ** 2) / (2 * 1.6**2))
    wave = np.cos(2 * math.pi * across / 4)
    formula = envelope * (wave - (envelope * wave).sum() / envelope.sum())
    kernel = preset(f"gabor_{angle}")
    np.testing.assert_allclose(kernel, formula / formula.max(), rtol=0, atol=0.0151)


@pytest.mark.parametrize("angle", [0, 45, 90, 135])
def test_gabor_kernels_answer_most_to_their_own_stripes(angle: int) -> None:
    row, column = np.mgrid[-2:3, -2:3]

    def answer(stripes: int) -> float:
        turn = math.radians(stripes)
        across = column * math.cos(turn) + row * math.sin(turn)
        return float((preset(f"gabor_{angle}") * np.cos(math.pi * across / 2)).sum())

    others = [answer(stripes) for stripes in (0, 45, 90, 135) if stripes != angle]
    assert answer(angle) > 4 * max(others)


@pytest.mark.parametrize("name", PRESETS)
def test_kernels_keep_brightness_or_ignore_it(name: str) -> None:
    total = math.fsum(weight for row in PRESETS[name].weight for weight in row)
    assert total == pytest.approx(1 if name in KEEPING_BRIGHTNESS else 0, abs=1e-12)


@pytest.mark.parametrize("name", ["gaussian_3", "gaussian_5", "unsharp"])
def test_binary_fractions_sum_to_exactly_one(name: str) -> None:
    assert preset(name).sum() == 1
    assert np.array(PRESETS[name].weight).tolist() == preset(name).astype(np.float64).tolist()


@pytest.mark.parametrize("name", PRESETS)
def test_weights_have_at_most_two_decimals_unless_documented(name: str) -> None:
    weights = [weight for row in PRESETS[name].weight for weight in row]
    in_hundredths = all(weight == round(weight, 2) for weight in weights)
    assert in_hundredths != (name in BEYOND_HUNDREDTHS)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_say_what_they_are(name: str) -> None:
    kernel = PRESETS[name]
    assert kernel.name == name
    assert kernel.label and kernel.help and kernel.group
    assert "\n" not in kernel.help and len(kernel.help) <= 60
    assert kernel.size == preset(name).shape
    assert not any(math.copysign(1, w) < 0 for row in kernel.weight for w in row if w == 0)


def test_labels_are_unique() -> None:
    assert len({kernel.label for kernel in PRESETS.values()}) == len(PRESETS)


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        ("sobel_x", [[0, 1, 2]] * 3, 8),  # brightness rises to the right
        ("sobel_y", [[0] * 3, [1] * 3, [2] * 3], 8),  # downwards
        ("roberts_x", [[3, 0], [0, 1]], 2),  # falls to the lower right
        ("roberts_y", [[0, 3], [1, 0]], 2),  # falls to the lower left
        ("emboss", [[0, 1, 2], [1, 2, 3], [2, 3, 4]], 14),  # rises to the lower right
        ("laplacian_8", [[1, 1, 1], [1, 0, 1], [1, 1, 1]], 8),  # darker than its neighbours
        ("outline", [[1, 1, 1], [1, 2, 1], [1, 1, 1]], 8),  # brighter
        ("edge_top", [[0] * 3, [0] * 3, [1] * 3], 3),
        ("edge_left", [[0, 0, 1]] * 3, 3),
        ("edge_bottom", [[1] * 3, [0] * 3, [0] * 3], 3),
        ("edge_right", [[1, 0, 0]] * 3, 3),
    ],
)
def test_kernels_find_what_their_help_says(
    name: str, rows: list[list[float]], expected: float
) -> None:
    assert (preset(name) * np.array(rows, dtype=np.float32)).sum() == expected


def test_preset_gives_fresh_float32() -> None:
    preset("identity")[:] = 7
    assert preset("identity")[1, 1] == 1
    assert preset("identity").dtype == np.float32


def test_unknown_preset_names_those_that_exist() -> None:
    with pytest.raises(ValueError, match=r"'sobel_z'.*sobel_x, sobel_y"):
        preset("sobel_z")


def test_presets_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        PRESETS["identity"] = PRESETS["emboss"]  # type: ignore[index]


def test_centred_puts_odd_kernels_in_the_middle_and_even_ones_up_left() -> None:
    one = np.ones((1, 1), dtype=np.float32)
    assert_array_equal(np.argwhere(centred(one, 5)), [[2, 2]])
    assert_array_equal(np.argwhere(centred(one, (2, 4))), [[0, 1]])
    assert centred(one, (2, 4)).shape == (2, 4)
    assert_array_equal(centred(preset("sobel_x"), 3), preset("sobel_x"))


def test_centred_refuses_a_kernel_that_does_not_fit() -> None:
    with pytest.raises(ShapeError, match=r"5 x 5 does not fit into 3 x 7; .* at least 5 x 7"):
        centred(preset("gaussian_5"), (3, 7))
    with pytest.raises(ShapeError, match=r"shape \(3,\); use \(rows, columns\)"):
        centred(np.ones(3, dtype=np.float32), 3)


def test_random_weights_are_hundredths_and_repeatable() -> None:
    weight = random_weight((3, 5, 5), seed=1, index=2)
    assert weight.dtype == np.float32 and weight.shape == (3, 5, 5)
    assert_array_equal(weight, random_weight((3, 5, 5), seed=1, index=2))
    assert_array_equal(weight, np.round(weight.astype(np.float64), 2).astype(np.float32))
    assert not np.signbit(weight[weight == 0]).any()


def test_random_weights_differ_by_seed_and_by_filter() -> None:
    drawn = [random_weight((1, 3, 3), seed=s, index=i) for s, i in ((0, 0), (0, 1), (1, 0), (1, 1))]
    assert len({weight.tobytes() for weight in drawn}) == 4


def test_random_weights_are_spread_as_he_says() -> None:
    drawn = np.stack([random_weight((8, 3, 3), seed=3, index=i) for i in range(200)])
    assert drawn.std() == pytest.approx(math.sqrt(2 / 72), rel=0.03)
    assert abs(drawn.mean()) < 0.01


@pytest.mark.parametrize(
    ("shape", "seed", "index", "word"),
    [((), 0, 0, "shape"), ((0, 3), 0, 0, "shape"), ((3, 3), -1, 0, "seed"), ((3,), 0, -1, "index")],
)
def test_random_weight_refuses_what_cannot_be(
    shape: tuple[int, ...], seed: int, index: int, word: str
) -> None:
    with pytest.raises(ShapeError, match=word):
        random_weight(shape, seed=seed, index=index)
