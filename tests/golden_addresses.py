"""Golden addresses: what Python reads in them, for the page to read the same.

Packed scenes are stored without compression: what a compressor makes of a text depends on its
version.
"""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson

from app.images.samples import Samples
from app.numerics.kernels import PRESETS
from app.operations.registry import OPERATIONS
from app.pipeline.defaults import default_recipe
from app.resources import folder
from app.scenes.address import texts_of, values_of
from app.scenes.fragment import unpack_state
from app.scenes.interpret import interpreted
from app.scenes.parameters import PARAMETERS, describe_address
from app.scenes.recipes import one_filter_recipe, simplified
from app.scenes.texts import UNREADABLE, read_text, write_text
from app.scenes.view import fit_view

RANDOM_CASES = 250

STAGES = ["input", "conv1", "relu1"]
# Good texts, bad ones, and what hosts, hands and attackers make of them.
TEXTS: dict[str, list[str]] = {
    "image": ["camera", "coffee", "stripes-45", "Digit_3_7", "digit_3_9999", "digit_a_b", " cat "],
    "size": ["48", "1", "0", "1024", "1025", "original", "Original ", "9.5", "1e3", "-4", "٤"],
    "color": ["rgb", "grey", "GREY", "gray", ""],
    "kernel": ["sobel-x", "sobel_x", "Gaussian-5", "gabor-135", "roberts-x", "sobel x", "banana"],
    "seed": ["7", "0", "4294967295", "4294967296", "-1", "07"],
    "stride": ["2", "2,1", " 3 , 2 ", "31", "32", "0", "2,", ",", "2,1,1", "2 1", "banana"],
    "padding": ["1", "1,2", "1,2,3,4", "0,0,0,1", "1,2,3", "same", "FULL", "valid", "none", "65"],
    "dilation": ["2", "1,3", "31,31", "x"],
    "bias": ["0.5", "-0.2", "-0.2,0,0,0", "1,2", "1e5", "0.1234567", "-0", "1000001", "0.10", "."],
    "stage": ["conv1", "relu1", "input", "pool2", "Conv1", "__proto__", ""],
    "map": ["1", "4", "256", "257", "0", "", "-1"],
    "cell": ["50,70", "1,1", "0,1", "9999,9999", "10000,1", "50", "50,70,1", "", "a,b"],
    "step": ["1", "8836", "99999999", "100000000", "0", ""],
    "speed": ["0.5", "4", "16", "3", "4.0", ".5"],
    "theme": ["dark", "light", "auto", "Dark", "blue"],
    "controls": ["preset,stride", "stride preset", "none", "", "all", "transport,nothing"],
    "hide": ["ledger", "preset,ledger", "none", "x"],
    "lock": ["stride", "kernel,preset", "none", "y"],
    "autoplay": ["on", "1", "", "off", "FALSE", "maybe"],
    "state": ["v1=", "v2=abcd", "v1=!!!", "v9999=x", "v1=AAAA", "x"],
}
UNSEEN = "<b>&\u202e\u0007" + "x" * 60
ODD = [
    "?",
    "banana?wmode=opaque",
    "%00",
    "%zz",
    "%FF%FE",
    "+",
    UNSEEN,
    "\uff10",
    "\u017f",
    "\u0130",
]
HANDS = [
    "",
    "?",
    "?kernel=sobel-x&stride=2&utm_source=moodle&amp;map=1",
    "?sample=camera&image=cat",
    "?image=camera&kernel=gaussian-5&size=48&padding=2#?secret=K8xMQZQvnJ",
    "?IMAGE=camera&Kernel=emboss",
    "?stride=2&stride=3",
    "?stage=conv2&stride=2&bias=0.25",
    "?stage=relu2&map=3&cell=5,6&step=9",
    "?map=2&cell=50,70#anything",
    "?kernel=sobel-x&seed=7",
    "?kernel=banana",
    "?seed=banana&image=digit-3-0",
    "?color=grey",
    "?image=camera&color=rgb",
    "?image=camera?wmode=opaque&stride=2",
    "?bias=-0.2,0,0,0&padding=same",
    "?bias=1,2",
    "?controls=preset,kernel,stride&hide=kernel&lock=stride&theme=dark&autoplay",
    "?stride=" + "9" * 5000,
    "?&&==&=x&stride&",
    "#v1=abc",
    "#v7=abc",
    "?state=v1%3Dabc",
]


@cache
def samples() -> Samples:
    return Samples(folder("sample_images"))


def addresses() -> dict[str, Any]:
    """Give the page's data that addresses need, and readings of many of them."""
    cases = [case(address) for address in [*HANDS, *_packed(), *_random()]]
    recipes: list[Any] = []
    for entry in cases:
        for name in ("recipe", "packed"):
            if entry[name] not in recipes:
                recipes.append(entry[name])
            entry[name] = recipes.index(entry[name])
    return {
        "known": known(),
        "texts": list(_texts()),
        "recipes": recipes,
        "cases": cases,
        "views": list(_views()),
    }


def known() -> dict[str, Any]:
    """Give what the boot data of a page holds about addresses."""
    sheets = [
        {name: item[name] for name in ("id", "channels", "tiles") if name in item}
        for item in samples().list()
    ]
    return {
        "address": describe_address(),
        "samples": sheets,
        "kernels": [{"name": name, "weight": k.weight} for name, k in PRESETS.items()],
        "operations": OPERATIONS.describe(),
    }


def case(address: str) -> dict[str, Any]:
    """Read an address and write what was read, without the engine.

    ``recipe`` and ``packed`` become places in the list of all recipes: most are alike.
    """
    reading = interpreted(texts_of(address), samples=samples())
    scene = reading.scene
    values = values_of(scene, samples=samples())
    state = values.pop("state", None)
    search, _, fragment = address.partition("#")
    return {
        "search": search,
        "hash": f"#{fragment}" if fragment else "",
        "recipe": scene.recipe,
        "view": scene.view,
        "notes": reading.notes,
        "written": values,
        "packed": None if state is None else unpack_state(state),
    }


def _texts() -> Iterator[dict[str, Any]]:
    for entry in PARAMETERS:
        for text in [entry.example, *TEXTS[entry.name], *ODD]:
            value = read_text(entry, text, samples=samples(), stages=STAGES)
            is_read = value is not UNREADABLE
            yield {
                "name": entry.name,
                "text": text,
                "is_read": is_read,
                "value": value if is_read else None,
                "written": write_text(entry, value) if is_read else None,
            }


def stored(content: Any) -> str:
    """Pack a scene without compressing it."""
    compressor = zlib.compressobj(0, zlib.DEFLATED, -15)
    data = compressor.compress(orjson.dumps(content)) + compressor.flush()
    return "v1=" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def own_weights() -> dict[str, Any]:
    """Give a pipeline that no short parameter can say."""
    recipe = default_recipe()
    recipe["stages"][0]["filters"][1] = {"weight": [[[0.25, -1], [0, 1.5]]] * 3}
    recipe["stages"][0] |= {"kernel_size": [3, 3], "padding": 1, "padding_mode": "reflect"}
    return recipe


def own_pixels() -> dict[str, Any]:
    """Give a pipeline on a small picture of one's own."""
    recipe = one_filter_recipe({"kernel": "edge_top", "mix": [1]})
    rows = [[row * column % 5 / 4 for column in range(12)] for row in range(9)]
    recipe["input"] = {"pixels": [rows]}
    return recipe


def branches() -> dict[str, Any]:
    """Give a pipeline with settings of every kind."""
    return {
        "version": 1,
        "input": {"image": "cat", "size": None, "fit": "fit", "quantize": "exact"},
        "stages": [
            {"id": "a", "op": "conv", "weight": [[[[1, 0.5]]] * 3] * 2, "bias": [0, 0]},
            {"id": "b", "op": "pool", "kind": "average", "kernel_size": 2, "stride": [2, 2]},
            {"id": "c", "op": "conv", "filters": [{"seed": 3}], "inputs": ["a"], "groups": 1},
            {"id": "d", "op": "activation", "function": "relu", "inputs": ["c"]},
        ],
    }


def _packed() -> Iterator[str]:
    scenes: list[Any] = [
        {"recipe": own_weights()},
        {"recipe": own_weights(), "view": {"stage": "relu1", "map": 2, "cell": [3, 4]}},
        {"recipe": own_pixels()},
        {"recipe": branches(), "view": {"stage": "c", "speed": 3, "theme": "pink", "map": -1}},
        {"recipe": {**default_recipe(), "input": {"image": "f" * 64}}},
        {"recipe": {**default_recipe(), "stages": []}},
        {"recipe": {**default_recipe(), "stages": [{"id": "conv1", "op": "magic"}]}},
        {"recipe": {**default_recipe(), "version": 2}},
        {"recipe": {"input": {"image": "cat"}, "stages": "all"}},
        {"recipe": simplified(default_recipe()), "view": {"map": 1}},
        {"recipe": one_filter_recipe({"kernel": "nobody"})},
        {"recipe": one_filter_recipe({"weight": [[[1, 2], [3]]]})},
        {"recipe": one_filter_recipe({"mix": "none"})},
        [],
        None,
        "v1",
    ]
    ends = ["", "?secret=abc", "&utm_source=x", "=", "%3D"]
    queries = ["", "?stride=2", "?image=camera&kernel=gaussian-5", "?map=2&cell=1,1", "?size=48"]
    for number, content in enumerate(scenes):
        packed = stored(content)
        yield f"{queries[number % len(queries)]}#{packed}{ends[number % len(ends)]}"
        yield f"?color=grey&kernel=emboss#{packed}"
        yield f"?image=digit-4-1&bias=0.5&stage=d#{packed}"
        yield f"?state={packed.replace('=', '%3D', 1)}&padding=same&seed=2"
        yield f"#/{packed[: len(packed) // 2]}"
    yield "#" + stored({"recipe": own_weights()}).replace("=", "%3D", 1)
    yield f"#{stored({'deep': [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]})}"


def _random() -> Iterator[str]:
    """Make addresses of several parameters, good and bad, always the same ones."""
    chance = random.Random(3)
    for _ in range(RANDOM_CASES):
        names = chance.sample([name for name in TEXTS if name != "state"], chance.randint(1, 7))
        pairs = [f"{name}={_escaped(chance.choice(TEXTS[name]))}" for name in names]
        yield "?" + "&".join(pairs)


def _escaped(text: str) -> str:
    return text.replace(" ", "+").replace("&", "%26").replace("#", "%23")


def _views() -> Iterator[dict[str, Any]]:
    shapes = {"input": (3, 96, 96), "conv1": (1, 94, 1), "pool1": (4, 2000, 1000)}
    stages = [{"id": name, "shape": shape} for name, shape in shapes.items()]
    for view in (
        {"stage": "conv1", "map": 0, "cell": None, "step": None},
        {"stage": "conv1", "map": 1, "cell": [94, 0], "step": 94},
        {"stage": "conv1", "map": 0, "cell": [93, 0], "step": 93},
        {"stage": "conv1", "map": 0, "cell": [0, 1], "step": 99_999},
        {"stage": "pool1", "map": 9, "cell": [1999, 999], "step": 2_000_000},
        {"stage": "gone", "map": 0, "cell": [1, 1], "step": 1_999_999},
    ):
        fitted, notes = fit_view(view, shapes)
        yield {"view": view, "stages": stages, "fitted": fitted, "notes": notes}
