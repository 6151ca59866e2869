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

# Of each list at most its beginning; ids, keys and addresses depend on version and picture.
MANIFEST: Final[dict[str, Any]] = {
    "id": RUN_ID,
    "engine": "0.1.0",
    "recipe": {"version": 1, "input": {"image": "coffee", "size": 96, "fit": "crop"}},
    "stages": [
        {
            "id": "pool1",
            "op": "pool",
            "kind": "windowed",
            "title": "Pool 1",
            "summary": "max 2 × 2, stride 2",
            "inputs": ["relu1"],
            "parameters": {"kind": "max", "kernel_size": [2, 2], "stride": [2, 2]},
            "shape": [2, 47, 47],
            "maps": [
                {
                    "key": "2c5ce0094bc300b1",
                    "range": [0.0, 3.5700002],
                    "zeros": 1496,
                    "dead": False,
                    "sources": [0],
                }
            ],
            "value_range": [0.0, 7.27],
            "zero_share": 0.39203259393390677,
            "dead_maps": [],
            "parameter_count": 0,
            "multiply_adds": 0,
            "additions": 0,
            "comparisons": 13254,
            "kept_cells": 4418,
            "receptive_field": {"size": [4, 4], "stride": [2, 2], "offset": [0, 0]},
            "unread": {"rows": 0, "columns": 0},
            "output_size": {
                "rows": {
                    "length": 94,
                    "padding": [0, 0],
                    "dilation": 1,
                    "kernel_size": 2,
                    "stride": 2,
                    "ceil_mode": False,
                    "result": 47,
                }
            },
            "taps": {
                "kernel_size": [2, 2],
                "rows": [[[0, 0], [1, 1]], [[0, 2], [1, 3]]],
                "columns": [[[0, 0], [1, 1]], [[0, 2], [1, 3]]],
            },
            "output": f"/api/runs/{RUN_ID}/stages/pool1/output.safetensors?recipe=eNp9U",
        }
    ],
}
CELL: Final[dict[str, Any]] = {
    "stage": "conv1",
    "channel": 0,
    "row": 10,
    "column": 20,
    "value": -2.4200003,
    "kind": "windowed",
    "rule": "sum",
    "terms": [
        {
            "channel": 0,
            "kernel_row": 0,
            "kernel_column": 0,
            "row": 10,
            "column": 20,
            "source": 0.71,
            "weight": -2.0,
            "product": -1.42,
        }
    ],
    "partial_sums": [1.58, -1.67, -2.13],
    "bias": -0.2,
    "sum": -2.42,
    "result": -2.42,
    "sources": {"rows": [10, 12], "columns": [20, 22]},
}
OUTPUT: Final[dict[str, Any]] = {
    "run": RUN_ID,
    "stage": "conv1",
    "shape": [2, 94, 94],
    "output": [[[-0.14000002]]],
    "weight": [[[[-2.0, 0.0, 2.0], [-4.0, 0.0, 4.0], [-2.0, 0.0, 2.0]]]],
    "bias": [-0.2, 0.0],
}
