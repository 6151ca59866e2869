"""Examples for the documentation of runs; a test computes them and compares."""

from __future__ import annotations

from typing import Any, Final

RUN_ID: Final = "0" * 32

RECIPE: Final[dict[str, Any]] = {
    "version": 1,
    "input": {"image": "coffee", "size": 96},
    "stages": [
        {
            "id": "conv1",
            "op": "conv",
            "filters": [{"kernel": "sobel_x", "mix": [2, -1, -1]}, {"kernel": "laplacian_8"}],
            "bias": [-0.2, 0],
        },
        {"id": "relu1", "op": "activation", "function": "relu"},
        {"id": "pool1", "op": "pool", "kind": "max", "kernel_size": [2, 2]},
    ],
}

MANIFEST: Final[dict[str, Any]] = {}
CELL: Final[dict[str, Any]] = {}
OUTPUT: Final[dict[str, Any]] = {}
