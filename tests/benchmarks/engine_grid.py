"""The standard grid: what the engine and its peers are asked to compute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np

from app import numerics
from app.numerics import FloatArray, preset

Kind = Literal["conv", "transposed", "relu", "max_pool", "max_indices", "avg_pool"]


@dataclass(frozen=True)
class Layer:
    """One operation; sizes are the same for rows and columns unless the kernel is a pair."""

    kind: Kind
    filters: int = 0
    kernel_size: tuple[int, int] = (1, 1)
    stride: int = 1
    padding: tuple[int, int] = (0, 0)
    dilation: int = 1
    groups: int = 1
    named: str = "random"

    def weight(self, in_channels: int) -> FloatArray:
        """Make the filters: of random numbers, or of a named separable kernel."""
        per_group = in_channels // self.groups
        shape = (self.filters, per_group, *self.kernel_size)
        if self.kind == "transposed":
            shape = (in_channels, self.filters // self.groups, *self.kernel_size)
        if self.named == "random":
            random = np.random.default_rng(prod(shape))
            return random.standard_normal(shape).astype(np.float32)
        kernel = gaussian(self.kernel_size) if self.named == "gaussian" else preset(self.named)
        return np.broadcast_to(kernel, shape).astype(np.float32)


@dataclass(frozen=True)
class Cell:
    """One row of the table: layers applied to an input of a shape (C, H, W)."""

    group: str
    name: str
    shape: tuple[int, int, int]
    layers: tuple[Layer, ...]

    def picture(self) -> FloatArray:
        """Make the input: random hundredths, as the pixels of a picture are."""
        random = np.random.default_rng(sum(self.shape))
        return (random.integers(0, 101, self.shape) / 100).astype(np.float32)

    def run(self, maps: FloatArray) -> Iterator[FloatArray]:
        """Compute one layer after the other with the engine."""
        for layer, weight in zip(self.layers, self.weights(), strict=True):
            maps = ours(layer, maps, weight)
            yield maps

    def weights(self) -> list[FloatArray | None]:
        """Make the filters of every layer, or None where it has none."""
        weights: list[FloatArray | None] = []
        channels = self.shape[0]
        for layer in self.layers:
            weights.append(layer.weight(channels) if layer.filters else None)
            channels = layer.filters or channels
        return weights


def gaussian(size: tuple[int, int]) -> FloatArray:
    """Make a blur that reaches about three standard deviations."""
    rows, columns = (np.exp(-(np.linspace(-3, 3, n) ** 2) / 2) for n in size)
    kernel: FloatArray = np.outer(rows / rows.sum(), columns / columns.sum()).astype(np.float32)
    return kernel


def ours(layer: Layer, maps: FloatArray, weight: FloatArray | None) -> FloatArray:
    """Compute one layer with the engine."""
    settings: dict[str, Any] = {"stride": layer.stride, "padding": layer.padding}
    if layer.kind == "relu":
        return numerics.relu(maps)
    if layer.kind == "max_pool":
        pooled: FloatArray = numerics.max_pool2d(maps, layer.kernel_size, **settings)
        return pooled
    if layer.kind == "max_indices":
        return numerics.max_pool2d(maps, layer.kernel_size, return_indices=True, **settings)[0]
    if layer.kind == "avg_pool":
        return numerics.avg_pool2d(maps, layer.kernel_size, **settings)
    assert weight is not None
    if layer.kind == "transposed":
        return numerics.conv_transpose2d(maps, weight, groups=layer.groups, **settings)
    return numerics.conv2d(maps, weight, dilation=layer.dilation, groups=layer.groups, **settings)


def _conv(group: str, channels: int, filters: int, side: int, kernel: int, **more: Any) -> Cell:
    """Describe one convolution of a square map that keeps its size at stride 1."""
    dilation, stride = more.get("dilation", 1), more.get("stride", 1)
    reach = dilation * (kernel - 1) // 2
    layer = Layer("conv", filters, (kernel, kernel), padding=(reach, reach), **more)
    extras = [f"s{stride}"] * (stride > 1) + [f"d{dilation}"] * (dilation > 1)
    if "named" in more:
        extras.append(more["named"])
    name = " ".join([f"{channels}→{filters} {side}² k{kernel}", *extras])
    return Cell(group, name, (channels, side, side), (layer,))


def _depthwise(channels: int, side: int, kernel: int) -> Cell:
    return _conv("depthwise", channels, channels, side, kernel, groups=channels)


def _pool(kind: Kind, channels: int, side: int, kernel: int, stride: int) -> Cell:
    layer = Layer(kind, kernel_size=(kernel, kernel), stride=stride)
    named = {"max_pool": "max", "max_indices": "max+indices", "avg_pool": "avg"}[kind]
    name = f"{named} {channels} {side}² k{kernel} s{stride}"
    return Cell("pooling", name, (channels, side, side), (layer,))


def _transposed(channels: int, filters: int, side: int, kernel: int, padding: int) -> Cell:
    layer = Layer("transposed", filters, (kernel, kernel), stride=2, padding=(padding, padding))
    name = f"{channels}→{filters} {side}² k{kernel} s2"
    return Cell("transposed", name, (channels, side, side), (layer,))


def _pipeline(name: str, shape: tuple[int, int, int], filters: tuple[int, int], k: int) -> Cell:
    """Describe Conv, ReLU, Pool, twice."""
    block = (Layer("relu"), Layer("max_pool", kernel_size=(2, 2), stride=2))
    convs = [Layer("conv", count, (k, k)) for count in filters]
    return Cell("pipeline", name, shape, (convs[0], *block, convs[1], *block))


def grid() -> Iterator[Cell]:
    """List every cell of the table."""
    for channels, filters, kernel in ((1, 1, 3), (1, 1, 5), (1, 8, 3), (1, 8, 5), (8, 16, 3)):
        yield _conv("28 × 28", channels, filters, 28, kernel)
    for side, kernel in ((96, 3), (224, 3), (512, 3), (512, 5), (512, 7), (1024, 3), (512, 11)):
        yield _conv("one to one", 1, 1, side, kernel)
    yield _conv("one to one", 1, 1, 1024, 3, named="sobel_x")
    yield _conv("one to one", 1, 1, 512, 5, named="gaussian")
    yield _conv("one to one", 1, 1, 512, 15, named="gaussian")
    for side, kernel in ((96, 3), (224, 5), (512, 3), (1024, 3)):
        yield _conv("three to one", 3, 1, side, kernel)
    for filters, side, kernel in ((4, 96, 3), (8, 224, 3), (8, 224, 5), (16, 384, 3), (64, 224, 7)):
        yield _conv("three to many", 3, filters, side, kernel)
    for filters, side, kernel in ((32, 512, 3), (8, 1024, 3), (8, 512, 11)):
        yield _conv("three to many", 3, filters, side, kernel)
    for channels, filters, side, kernel in (
        (4, 6, 48, 3),
        (16, 16, 224, 3),
        (8, 16, 112, 5),
        (32, 64, 56, 3),
        (64, 64, 56, 3),
        (64, 64, 28, 3),
        (64, 64, 56, 1),
    ):
        yield _conv("hidden", channels, filters, side, kernel)
    for channels, filters, side in ((1, 1, 512), (1, 1, 1024), (3, 4, 512), (8, 8, 96)):
        yield _conv("kernel 31", channels, filters, side, 31)
    for channels, filters, side, kernel, stride in (
        (1, 1, 512, 3, 2),
        (3, 8, 224, 3, 2),
        (3, 64, 224, 7, 2),
        (16, 32, 112, 3, 2),
        (3, 16, 1024, 5, 4),
    ):
        yield _conv("stride", channels, filters, side, kernel, stride=stride)
    for channels, filters, side, kernel, dilation in (
        (1, 1, 512, 3, 4),
        (3, 8, 224, 3, 2),
        (16, 16, 112, 3, 2),
        (3, 4, 384, 5, 3),
    ):
        yield _conv("dilation", channels, filters, side, kernel, dilation=dilation)
    for channels, side, kernel in ((3, 512, 3), (32, 112, 3), (64, 56, 5), (3, 512, 9)):
        yield _depthwise(channels, side, kernel)
    signal = Layer("conv", 8, (1, 31), padding=(0, 15))
    yield Cell("signal", "1→8 1×16384 k31", (1, 1, 16384), (signal,))
    for channels, side, kernel, step in ((8, 224, 2, 2), (64, 112, 3, 2), (8, 224, 3, 1)):
        yield _pool("max_pool", channels, side, kernel, step)
    yield _pool("max_pool", 1, 512, 31, 1)
    yield _pool("avg_pool", 8, 224, 2, 2)
    yield _pool("avg_pool", 3, 512, 7, 1)
    yield _pool("max_indices", 8, 224, 2, 2)
    yield _pool("max_indices", 3, 96, 3, 1)
    kinds: tuple[Kind, ...] = ("max_pool", "max_indices", "avg_pool")
    for kind in kinds:
        yield _pool(kind, 1, 28, 2, 2)
        yield _pool(kind, 1, 28, 7, 7)
    for channels, filters, side, kernel, padding in (
        (8, 4, 112, 2, 0),
        (16, 8, 56, 4, 1),
        (3, 3, 224, 3, 1),
        (64, 32, 28, 4, 1),
    ):
        yield _transposed(channels, filters, side, kernel, padding)
    yield _pipeline("3→4→6 96²", (3, 96, 96), (4, 6), 3)
    yield _pipeline("3→8→16 224²", (3, 224, 224), (8, 16), 3)
    yield _pipeline("1→6→16 28²", (1, 28, 28), (6, 16), 5)
