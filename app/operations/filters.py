"""How recipes give the filters of a convolution: presets with a channel mix, numbers, or a seed.

A recipe names its filters either one by one in ``filters`` (what the inspector edits) or all at
once in ``weight`` (what comes out of a trained network). What numbers they stand for is told in
:mod:`app.operations.weights`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from app.errors import InvalidRequest
from app.numerics.kernels import PRESETS
from app.operations.number_lists import MAX_NUMBER, as_json, finite_box, finite_list
from app.operations.parameters import Settings
from app.operations.place import Place
from app.operations.values import counted, is_integer, nearest_name, shown

MAX_FILTERS = 256
MAX_KERNEL_SIZE = 31
MAX_WEIGHT = MAX_NUMBER
MAX_SEED = 2**32 - 1

Filter: TypeAlias = Mapping[str, Any]
IDENTITY: list[Filter] = [{"kernel": "identity"}]


def read_weight(value: Any, at: Place) -> list[Any]:
    """Read ``weight``, nested lists (out, in / groups, rows, columns).

    Raises
    ------
    InvalidRequest
        If it is not a box of finite numbers, or too large.
    """
    array = finite_box(value, axes=4)
    if array is None or len(array) > MAX_FILTERS or not _is_kernel(array):
        raise at.refusal(
            "weight",
            "weight is not a list (out channels, in channels / groups, rows, columns) of finite "
            f"numbers, at most {MAX_FILTERS} filters of {MAX_KERNEL_SIZE} × {MAX_KERNEL_SIZE}, "
            f"each between {-MAX_WEIGHT:g} and {MAX_WEIGHT:g}.",
            allowed=_weight_limits(),
            label="Use the identity filter",
            changes={"weight": None, "filters": IDENTITY, "bias": None},
        )
    return as_json(array)


def read_filters(value: Any, at: Place) -> list[Filter]:
    """Read ``filters``, one entry per output map.

    Raises
    ------
    InvalidRequest
        If there is none or there are too many, or one is not a preset, numbers or a seed.
    """
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_FILTERS:
        cut = list(value[:MAX_FILTERS]) if isinstance(value, list | tuple) and value else IDENTITY
        raise at.refusal(
            "filters",
            f"filters is not a list of 1 to {MAX_FILTERS} filters, one for each output map.",
            allowed={"minimum": 1, "maximum": MAX_FILTERS},
            label=f"Use {counted(len(cut), 'filter')}",
            changes={"filters": cut, "bias": None},
        )
    return [_read_filter(entry, index, value, at) for index, entry in enumerate(value)]


def _read_filter(entry: Any, index: int, filters: Sequence[Any], at: Place) -> Filter:
    """Read one filter; ``filters`` is the whole list, for the fix."""
    if isinstance(entry, Mapping):
        given = {name: value for name, value in entry.items() if value is not None}
        match sorted(given):
            case ["kernel"] | ["kernel", "mix"]:
                return _read_preset(given, index, filters, at)
            case ["seed"]:
                return _read_seed(given["seed"], index, filters, at)
            case ["weight"]:
                return _read_numbers(given["weight"], index, filters, at)
    raise _refused_filter(
        f"filters[{index}]",
        f"Filter {index + 1} has to be one of "
        '{"kernel": name, "mix": [one number per input channel]}, {"weight": numbers}, '
        '{"seed": whole number}.',
        entry={"kernel": "identity"},
        index=index,
        filters=filters,
        label="Use the identity filter",
        at=at,
    )


def _read_preset(entry: Filter, index: int, filters: Sequence[Any], at: Place) -> Filter:
    name = entry["kernel"]
    if not isinstance(name, str) or name not in PRESETS:
        nearest = nearest_name(name, list(PRESETS)) or "identity"
        raise _refused_filter(
            f"filters[{index}].kernel",
            f"Filter {index + 1} names the kernel {shown(name)}; there are {', '.join(PRESETS)}.",
            entry={**entry, "kernel": nearest},
            index=index,
            filters=filters,
            label=f"Use {PRESETS[nearest].label}",
            at=at,
            allowed=list(PRESETS),
        )
    if "mix" not in entry:
        return {"kernel": name}
    mix = finite_list(entry["mix"])
    if mix is None:
        raise _refused_filter(
            f"filters[{index}].mix",
            f"The channel mix of filter {index + 1} is not a list of finite numbers, one for "
            "each input channel.",
            entry={"kernel": name},
            index=index,
            filters=filters,
            label="Mix all channels alike",
            at=at,
            allowed=_weight_limits(),
        )
    return {"kernel": name, "mix": mix}


def _read_seed(seed: Any, index: int, filters: Sequence[Any], at: Place) -> Filter:
    if not is_integer(seed) or not 0 <= seed <= MAX_SEED:
        nearest = min(max(int(seed), 0), MAX_SEED) if is_integer(seed) else 0
        raise _refused_filter(
            f"filters[{index}].seed",
            f"The seed of filter {index + 1} is {shown(seed)}; it is a whole number from 0 to "
            f"{MAX_SEED}.",
            entry={"seed": nearest},
            index=index,
            filters=filters,
            label=f"Use seed {nearest}",
            at=at,
            allowed={"minimum": 0, "maximum": MAX_SEED},
        )
    return {"seed": int(seed)}


def _read_numbers(value: Any, index: int, filters: Sequence[Any], at: Place) -> Filter:
    array = finite_box(value, axes=3)
    if array is None or not _is_kernel(array):
        raise _refused_filter(
            f"filters[{index}].weight",
            f"The weight of filter {index + 1} is not a list (in channels / groups, rows, "
            f"columns) of finite numbers, at most {MAX_KERNEL_SIZE} × {MAX_KERNEL_SIZE}, each "
            f"between {-MAX_WEIGHT:g} and {MAX_WEIGHT:g}.",
            entry={"kernel": "identity"},
            index=index,
            filters=filters,
            label="Use the identity filter",
            at=at,
            allowed=_weight_limits(),
        )
    return {"weight": as_json(array)}


def _refused_filter(
    name: str,
    detail: str,
    *,
    entry: Any,
    index: int,
    filters: Sequence[Any],
    label: str,
    at: Place,
    allowed: Any = None,
) -> InvalidRequest:
    """Refuse one filter, with ``entry`` in its place as the fix."""
    changed = [entry if place == index else other for place, other in enumerate(filters)]
    return at.refusal(name, detail, allowed=allowed, label=label, changes={"filters": changed})


def kernel_size_of(settings: Settings) -> list[int]:
    """Give the smallest kernel size that holds all filters; 3 × 3 if they fit any."""
    if settings.get("weight") is not None:
        slices = settings["weight"][0]
        return [len(slices[0]), len(slices[0][0])]
    sizes = [_own_size(entry) for entry in settings["filters"] if "seed" not in entry]
    return [max(size[axis] for size in sizes) for axis in (0, 1)] if sizes else [3, 3]


def _own_size(entry: Filter) -> tuple[int, int]:
    if "kernel" in entry:
        return PRESETS[entry["kernel"]].size
    return len(entry["weight"][0]), len(entry["weight"][0][0])


def out_channels_of(settings: Settings) -> int:
    """Count the filters."""
    filters = settings.get("weight") or settings["filters"]
    return len(filters)


def wrong_slices(settings: Settings, slices: int) -> tuple[str, int] | None:
    """Find the first filter that is not made for so many input channels.

    Returns
    -------
    (str, int) or None
        Name of the setting, and how many channels it is made for.
    """
    if settings.get("weight") is not None:
        given = len(settings["weight"][0])
        return None if given == slices else ("weight", given)
    for index, entry in enumerate(settings["filters"]):
        for name in ("mix", "weight"):
            if name in entry and len(entry[name]) != slices:
                return f"filters[{index}].{name}", len(entry[name])
    return None


def adapted(settings: Settings, slices: int) -> dict[str, Any]:
    """Change filters so that they are made for so many input channels.

    Slices that are too many are dropped; a mix is continued with ones, a weight with zeros.

    Examples
    --------
    >>> adapted({"filters": [{"kernel": "emboss", "mix": [2.0]}]}, 2)
    {'filters': [{'kernel': 'emboss', 'mix': [2.0, 1.0]}]}
    """
    if settings.get("weight") is not None:
        return {"weight": [_with_slices(weight, slices) for weight in settings["weight"]]}
    changed: list[Filter] = []
    for entry in settings["filters"]:
        if "mix" in entry:
            mix = [*entry["mix"], *[1.0] * slices][:slices]
            changed.append({"kernel": entry["kernel"], "mix": mix})
        elif "weight" in entry:
            changed.append({"weight": _with_slices(entry["weight"], slices)})
        else:
            changed.append(entry)
    return {"filters": changed}


def _with_slices(weight: list[Any], slices: int) -> list[Any]:
    empty = [[0.0] * len(weight[0][0]) for _ in weight[0]]
    return [*weight, *[empty] * slices][:slices]


def _is_kernel(array: npt.NDArray[np.float64]) -> bool:
    return bool(max(array.shape[-2:]) <= MAX_KERNEL_SIZE)


def _weight_limits() -> dict[str, float]:
    return {"minimum": -MAX_WEIGHT, "maximum": MAX_WEIGHT}
