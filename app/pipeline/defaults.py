"""What a first visitor sees."""

from __future__ import annotations

from typing import Any


def default_recipe() -> dict[str, Any]:
    """Give the recipe of a first visit: two blocks of Conv, ReLU and Pool on a coffee cup.

    Returns
    -------
    dict
        A fresh copy, in JSON, without the settings that have their usual values.

    Examples
    --------
    >>> [stage["id"] for stage in default_recipe()["stages"]]
    ['conv1', 'relu1', 'pool1', 'conv2', 'relu2', 'pool2']
    """
    return {
        "version": 1,
        "input": {
            "image": "coffee",
            "size": 96,
            "fit": "crop",
            "color": "rgb",
            "quantize": "hundredths",
        },
        "stages": [
            {
                "id": "conv1",
                "op": "conv",
                "filters": [
                    {"kernel": "sobel_x", "mix": [2, -1, -1]},
                    {"kernel": "sobel_x", "mix": [1, 1, 1]},
                    {"kernel": "sobel_y", "mix": [1, 1, 1]},
                    {"kernel": "laplacian_8", "mix": [1, 1, 1]},
                ],
                "bias": [-0.2, 0, 0, 0],
            },
            {"id": "relu1", "op": "activation", "function": "relu"},
            {"id": "pool1", "op": "pool", "kind": "max", "kernel_size": [2, 2]},
            {"id": "conv2", "op": "conv", "filters": [{"seed": 7} for _ in range(6)]},
            {"id": "relu2", "op": "activation", "function": "relu"},
            {"id": "pool2", "op": "pool", "kind": "max", "kernel_size": [2, 2]},
        ],
    }
