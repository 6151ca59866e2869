"""What a stage can do and which kernels have a name: the inspector is built from these."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.answers import revalidated
from app.api.schemas import example
from app.numerics.kernels import PRESETS
from app.operations.registry import OPERATIONS

router = APIRouter(prefix="/api", tags=["operations"])

_OPERATION_EXAMPLE = {
    "operations": [
        {
            "name": "pool",
            "title": "Pooling",
            "kind": "windowed",
            "summary": "Keeps one number of each window.",
            "parameters": [
                {
                    "name": "stride",
                    "label": "Stride",
                    "type": "pair",
                    "minimum": 1,
                    "maximum": 31,
                    "step": 1,
                    "default": [2, 2],
                    "unit": "cells",
                    "help": "How far the window moves from one output cell to the next.",
                }
            ],
        }
    ]
}
_KERNEL_EXAMPLE = {
    "kernels": [
        {
            "name": "sobel_x",
            "label": "Sobel x",
            "help": "Answers where brightness rises from left to right.",
            "group": "Edges",
            "size": [3, 3],
            "weight": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        }
    ]
}


@cache
def describe_operations() -> dict[str, Any]:
    """List every operation with its parameters, ranges, defaults and help texts."""
    return {"operations": OPERATIONS.describe()}


@cache
def describe_kernels() -> dict[str, Any]:
    """List every kernel preset with its weights."""
    return {
        "kernels": [
            {
                "name": kernel.name,
                "label": kernel.label,
                "help": kernel.help,
                "group": kernel.group,
                "size": kernel.size,
                "weight": kernel.weight,
            }
            for kernel in PRESETS.values()
        ]
    }


@router.get(
    "/operations",
    summary="List the operations and their parameters",
    responses=example("All operations; the example shows one.", _OPERATION_EXAMPLE),
)
async def operations(request: Request) -> Response:
    """Give names, types, ranges, defaults and help texts of every parameter."""
    return revalidated(request, describe_operations())


@router.get(
    "/kernels",
    summary="List the kernel presets",
    responses=example("All presets; the example shows one.", _KERNEL_EXAMPLE),
)
async def kernels(request: Request) -> Response:
    """Give every named kernel with its weights, row by row."""
    return revalidated(request, describe_kernels())
