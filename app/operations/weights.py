"""The weights of a convolution as numbers: what presets, mixes and seeds stand for."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from app.numerics.kernels import centred, preset, random_weight
from app.numerics.shapes import FloatArray
from app.operations.parameters import Settings

REMEMBERED_NUMBERS: Final = 4096


def build_weight(settings: Settings, slices: int) -> FloatArray:
    """Make the weights of all filters.

    Parameters
    ----------
    settings : mapping
        With ``kernel_size``, and ``weight`` or ``filters``.
    slices : int
        Input channels of each filter.

    Returns
    -------
    ndarray of float32, shape (filters, slices, rows, columns)
    """
    if settings.get("weight") is not None:
        return np.array(settings["weight"], dtype=np.float32)
    rows, columns = settings["kernel_size"]
    weight = np.empty((len(settings["filters"]), slices, rows, columns), dtype=np.float32)
    for index, entry in enumerate(settings["filters"]):
        if "kernel" in entry:
            kernel = _centred_preset(entry["kernel"], rows, columns)
            mix = np.array(entry.get("mix", [1.0] * slices), dtype=np.float32)
            np.multiply(kernel, mix[:, np.newaxis, np.newaxis], out=weight[index])
        elif "seed" in entry:
            weight[index] = _random((slices, rows, columns), entry["seed"], index)
        else:
            given = np.array(entry["weight"], dtype=np.float32)
            if given.shape[1:] == (rows, columns):
                weight[index] = given
            else:
                weight[index] = [centred(kernel, (rows, columns)) for kernel in given]
    return weight + np.float32(0)


@lru_cache(maxsize=256)
def _centred_preset(name: str, rows: int, columns: int) -> FloatArray:
    return centred(preset(name), (rows, columns))


def _random(shape: tuple[int, int, int], seed: int, index: int) -> FloatArray:
    if math.prod(shape) > REMEMBERED_NUMBERS:
        return random_weight(shape, seed=seed, index=index)
    return _remembered_random(shape, seed, index)


@lru_cache(maxsize=256)
def _remembered_random(shape: tuple[int, int, int], seed: int, index: int) -> FloatArray:
    return random_weight(shape, seed=seed, index=index)
