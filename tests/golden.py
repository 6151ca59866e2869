"""Golden fixtures: what the engine computes for a small pipeline, for the JavaScript tests to read.

``python -m tests.golden`` writes ``tests/fixtures`` anew. Every number of the pipeline is a
multiple of a power of two, so sums are exact in any order and the files are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from app.api.tensors import encode
from app.api.wanted import wanted_maps
from app.numerics.windows import axis_taps
from app.pipeline.execute import execute
from app.pipeline.limits import Limits
from app.pipeline.map_cache import MapCache
from app.pipeline.recipe import parse_recipe
from app.pipeline.stages import Stage
from app.pipeline.trace import Trace
from tests.browser import colours
from tests.browser.screens import THEMES
from tests.golden_addresses import addresses
from tests.golden_kernels import kernels

FOLDER = Path(__file__).resolve().parent / "fixtures"
ROWS, COLUMNS = 9, 8


def build() -> dict[str, bytes]:
    """Give every fixture by its file name."""
    return {
        "run.safetensors": run_file(),
        "run.json": as_json(explained_run()),
        "windows.json": as_json(windows()),
        "colours.json": as_json(coloured()),
        "kernels.json": as_json(kernels()),
        "addresses.json": as_json(addresses()),
        "wanted.json": as_json(wanted()),
    }


def wanted() -> list[dict[str, Any]]:
    """List the maps whose values each view of the pipeline needs."""
    views = [(stage, channel) for stage in trace().all_stages for channel in range(3)]
    return [
        {"stage": stage.id, "map": channel, "names": wanted_maps(trace(), stage.id, channel)}
        for stage, channel in views
    ]


def as_json(value: Any) -> bytes:
    """Write JSON with one line per entry, so that a change can be read."""
    if isinstance(value, dict):
        parts = [orjson.dumps(name) + b": " + as_json(part) for name, part in value.items()]
        return b"{\n" + b",\n".join(parts) + b"\n}\n"
    if isinstance(value, list):
        return b"[\n" + b",\n".join(orjson.dumps(entry) for entry in value) + b"\n]\n"
    return orjson.dumps(value)


@cache
def trace() -> Trace:
    """Run the pipeline of the fixtures."""
    recipe = parse_recipe(pipeline(), limits=Limits())
    pixels = recipe.input.pixel_maps
    assert pixels is not None
    return execute(recipe, pixels, cache=MapCache(1 << 24), limits=Limits())


def pipeline() -> dict[str, Any]:
    """Two blocks with uneven padding, strides, mirrored edges, ceil mode and padded means."""
    random = np.random.default_rng(20)
    pixels = random.integers(0, 17, (3, ROWS, COLUMNS)) / 16
    first = random.integers(-8, 9, (3, 3, 3, 3)) / 4
    second = random.integers(-8, 9, (2, 3, 2, 2)) / 4
    return {
        "version": 1,
        "input": {"pixels": pixels.tolist(), "quantize": "exact"},
        "stages": [
            {
                "id": "conv1",
                "op": "conv",
                "weight": first.tolist(),
                "bias": [-0.5, 0.25, -64],
                "stride": [2, 1],
                "padding": [[1, 0], [2, 1]],
            },
            {"id": "relu1", "op": "activation", "function": "relu"},
            {
                "id": "pool1",
                "op": "pool",
                "kind": "max",
                "kernel_size": [2, 2],
                "ceil_mode": True,
            },
            {
                "id": "conv2",
                "op": "conv",
                "weight": second.tolist(),
                "padding": 1,
                "padding_mode": "reflect",
            },
            {"id": "pool2", "op": "pool", "kind": "average", "kernel_size": [2, 2], "padding": 1},
        ],
    }


def run_file() -> bytes:
    """Give the whole run as the server would send it, with values and previews of every map."""
    run = trace()
    manifest = orjson.dumps({"id": "golden", "engine": "golden", **_manifest(run)})
    tensors = run.tensors(full=[stage.id for stage in run.all_stages]) | run.tensors()
    return encode(_renamed(run, tensors), metadata={"manifest": manifest.decode()})


def _manifest(run: Trace) -> dict[str, Any]:
    """Give stages and recipe; keys of maps are by place, not by the engine's version."""
    manifest = run.manifest(run_id="golden", output_url=None, taps=False)
    for stage in manifest["stages"]:
        for place, entry in enumerate(stage["maps"]):
            entry["key"] = f"{stage['id']}-{place}"
    return {"recipe": manifest["recipe"], "stages": manifest["stages"]}


def _renamed(run: Trace, tensors: dict[str, Any]) -> dict[str, Any]:
    keys = {
        entry.key: f"{stage.id}-{place}"
        for stage in run.all_stages
        for place, entry in enumerate(stage.maps)
    }
    renamed = {}
    for name, tensor in tensors.items():
        kind, _, key = name.partition(".")
        renamed[f"{kind}.{keys.get(key, key)}"] = tensor
    return renamed


def explained_run() -> dict[str, Any]:
    """Give every value as plain numbers, cells taken apart, and what cells depend on."""
    run = trace()
    values = [
        {"stage": stage.id, "map": place, "values": entry.values.tolist()}
        for stage in run.all_stages
        for place, entry in enumerate(stage.maps)
    ]
    cells = [
        {**run.cell(stage.id, channel=channel, row=row, column=column)}
        for stage in run.stages
        for channel, row, column in _some_cells(stage)
    ]
    return {"values": values, "cells": cells, "areas": list(_areas(run))}


def _some_cells(stage: Stage) -> Iterator[tuple[int, int, int]]:
    channels, rows, columns = stage.shape
    places = product((0, rows // 2, rows - 1), (0, columns // 2, columns - 1))
    for row, column in places:
        for channel in range(channels):
            yield channel, row, column


def _areas(run: Trace) -> Iterator[dict[str, Any]]:
    """Follow dependence with masks: a cell marks what it reads, stage by stage, to the picture."""
    for last in range(len(run.stages)):
        stage = run.stages[last]
        for _, row, column in sorted({(0, *place[1:]) for place in _some_cells(stage)}):
            marked: tuple[set[int], set[int]] = ({row}, {column})
            behind: dict[str, Any] = {}
            for reader in reversed(run.stages[: last + 1]):
                layer = reader.layer
                marked = (
                    _read_by(layer.rows.taps_short(), marked[0]),
                    _read_by(layer.columns.taps_short(), marked[1]),
                )
                if not all(marked):
                    break
                behind[reader.inputs[0]] = [
                    [min(marked[0]), max(marked[0])],
                    [min(marked[1]), max(marked[1])],
                ]
            yield {"stage": stage.id, "row": row, "column": column, "behind": behind}


def _read_by(taps: Any, outputs: set[int]) -> set[int]:
    return {int(source) for output in outputs for source in taps[output] if source >= 0}


def windows() -> list[dict[str, Any]]:
    """Give the taps of one axis for many settings, and from the definition where windows begin."""
    cases = []
    modes = ("zeros", "reflect", "replicate", "circular")
    for mode, kernel, stride, padding, dilation in product(
        modes, (1, 2, 3, 5), (1, 2, 3), ((0, 0), (1, 1), (0, 2)), (1, 2)
    ):
        length = 7
        if dilation * (kernel - 1) + 1 > length + sum(padding):
            continue
        taps = axis_taps(
            length,
            kernel_size=kernel,
            stride=stride,
            padding=padding,
            dilation=dilation,
            padding_mode=mode,
        )
        cases.append(
            {
                "settings": [mode, kernel, stride, list(padding), dilation],
                "taps": taps.tolist(),
                "starts": [place * stride - padding[0] for place in range(len(taps))],
                "readers": [np.nonzero((taps == i).any(axis=1))[0].tolist() for i in range(length)],
            }
        )
    return cases


def coloured() -> dict[str, Any]:
    """Give colours of the design's scales, and of maps of the run, as NumPy computes them."""
    numbers = np.concatenate([np.linspace(-1.25, 1.25, 51), [1e-9, -1e-9, 0.003, -0.003]])
    signed = [
        {
            "theme": theme,
            "peak": peak,
            "values": numbers.tolist(),
            "colours": colours.signed(numbers, peak=peak, theme=theme).tolist(),
        }
        for theme in THEMES
        for peak in (1.0, 0.4, 2.5)
    ]
    shades = np.linspace(0, 1, 41)
    duotones = [
        {"channel": place, "values": shades.tolist(), "colours": table.tolist()}
        for place, table in enumerate(
            colours.duotone(shades, channel=name) for name in ("red", "green", "blue")
        )
    ]
    grey = [{"values": shades.tolist(), "colours": colours.grey(shades).tolist()}]
    maps = [
        {
            "stage": stage.id,
            "map": place,
            "theme": theme,
            "peak": entry.peak,
            "colours": colours.signed(entry.values, peak=entry.peak, theme=theme).tolist(),
        }
        for stage in trace().stages
        for place, entry in enumerate(stage.maps)
        for theme in THEMES
    ]
    return {"signed": signed, "duotones": duotones, "grey": grey, "maps": maps}


def main() -> None:
    """Write all fixtures."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in build().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
