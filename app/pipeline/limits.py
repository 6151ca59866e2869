"""How much one run may ask for; checked before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use.

    Attributes
    ----------
    max_multiply_adds : int
        Multiply-adds and additions of all stages together.
    max_run_bytes : int
        Memory of all feature maps, weights and padded copies together.
    max_stages : int
        Stages of a recipe.
    max_side : int
        Longest side of the picture, in cells.
    """

    max_multiply_adds: int = 2_000_000_000
    max_run_bytes: int = 512 * 1024 * 1024
    max_stages: int = 24
    max_side: int = 1024
