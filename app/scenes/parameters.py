"""The one table of what an address can say.

Reading, writing and documentation follow from it, here and in the page, which gets it as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from app.numerics.kernels import PRESETS
from app.operations.conv_settings import MAX_PADDING
from app.operations.filters import MAX_FILTERS, MAX_SEED, MAX_WEIGHT
from app.pipeline.defaults import default_recipe
from app.pipeline.limits import Limits
from app.scenes.fragment import MAX_PACKED_CHARACTERS, MAX_UNPACKED_BYTES
from app.scenes.recipes import one_filter_recipe

ADDRESS_VERSION: Final = 1

TextType: TypeAlias = Literal[
    "image",
    "size",
    "choice",
    "number",
    "kernel",
    "integer",
    "place",
    "pair",
    "padding",
    "numbers",
    "stage",
    "cell",
    "names",
    "boolean",
    "state",
]
Part: TypeAlias = Literal["recipe", "view"]

CONTROLS: Final = (
    "preset",
    "kernel",
    "stride",
    "padding",
    "dilation",
    "bias",
    "transport",
    "ledger",
    "pipeline",
)
# Settings of a convolution that have a parameter, in the order of the table.
GEOMETRY: Final = ("stride", "padding", "dilation", "bias")
USUAL_CONTROLS: Final = ("preset", "stride", "transport", "ledger")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressParameter:
    """One parameter of an address.

    Attributes
    ----------
    name : str
    type : str
        How its text is read; see :mod:`app.scenes.texts`.
    documentation : str
        One or two sentences for a teacher.
    expected : str
        What the text has to be, to go on after "it is".
    part : {"recipe", "view"}
        Whether it changes what is computed, or only what is looked at.
    default : str or None
        Text that means the same as leaving it out; None where that follows from the rest.
    example : str
        A text that can be read.
    minimum, maximum : int, optional
        Legal range, of each number.
    choices : tuple of str
        Legal texts, or those besides numbers.
    is_public : bool
        Whether it is meant to be written by hand.
    aliases : tuple of str
        Other names that are read.
    """

    name: str
    type: TextType
    documentation: str
    expected: str
    part: Part = "view"
    default: str | None = None
    example: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    is_public: bool = True
    aliases: tuple[str, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Describe the parameter in JSON, as the page reads addresses by it.

        Examples
        --------
        >>> parameter_named("theme").describe()["choices"]
        ['auto', 'light', 'dark']
        """
        described: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "documentation": self.documentation,
            "expected": self.expected,
            "part": self.part,
            "default": self.default,
            "example": self.example,
            "is_public": self.is_public,
        }
        for name in ("minimum", "maximum"):
            if getattr(self, name) is not None:
                described[name] = getattr(self, name)
        for name in ("choices", "aliases"):
            if getattr(self, name):
                described[name] = list(getattr(self, name))
        return described


def _whole(minimum: int, maximum: int) -> str:
    return f"a whole number from {minimum:,} to {maximum:,}"


def _one_of(choices: Iterable[str]) -> str:
    return f"one of {', '.join(choices)}"


def _size(maximum: int) -> AddressParameter:
    return AddressParameter(
        name="size",
        type="size",
        part="recipe",
        documentation="Side of the picture in cells. `original` keeps the size of the file.",
        expected=f"{_whole(1, maximum)}, or original",
        default="96",
        example="48",
        minimum=1,
        maximum=maximum,
        choices=("original",),
    )


_COLORS: Final = ("rgb", "grey")
_PADDINGS: Final = ("valid", "same", "full")
_SPEEDS: Final = ("0.5", "1", "2", "4", "16")
_THEMES: Final = ("auto", "light", "dark")
_PAIR: Final = "or two such numbers like 2,1 (rows, columns)"

PARAMETERS: Final = (
    AddressParameter(
        name="image",
        type="image",
        part="recipe",
        documentation="Name of a sample picture. One without colour is read as grey.",
        expected="the name of a sample picture, such as camera",
        default="coffee",
        example="camera",
        aliases=("sample",),
    ),
    _size(Limits().max_side),
    AddressParameter(
        name="color",
        type="choice",
        part="recipe",
        documentation="Three channels or one; left out, as the picture is.",
        expected=_one_of(_COLORS),
        example="grey",
        choices=_COLORS,
        aliases=("colour",),
    ),
    AddressParameter(
        name="kernel",
        type="kernel",
        part="recipe",
        documentation="One filter with this kernel, then ReLU and pooling, in the place of the "
        "usual pipeline. With a pipeline of one's own in the address: the filter on show.",
        expected="the name of a kernel, such as sobel-x",
        default=None,
        example="sobel-x",
        choices=tuple(PRESETS),
    ),
    AddressParameter(
        name="seed",
        type="integer",
        part="recipe",
        documentation="The same with random weights, which are the same for the same seed.",
        expected=_whole(0, MAX_SEED),
        example="7",
        minimum=0,
        maximum=MAX_SEED,
    ),
    AddressParameter(
        name="stride",
        type="pair",
        part="recipe",
        documentation="Stride of the convolution on show, else of the first one; one number, or "
        "rows and columns.",
        expected=f"{_whole(1, 31)}, {_PAIR}",
        default="1",
        example="2",
        minimum=1,
        maximum=31,
    ),
    AddressParameter(
        name="padding",
        type="padding",
        part="recipe",
        documentation="Padding of the same convolution: one number, rows and columns, all four "
        "sides (top, bottom, left, right), or a name.",
        expected=f"{_whole(0, MAX_PADDING)}, two or four such numbers like 1,0 (rows, columns), "
        f"or {_one_of(_PADDINGS)}",
        default="0",
        example="same",
        minimum=0,
        maximum=MAX_PADDING,
        choices=_PADDINGS,
    ),
    AddressParameter(
        name="dilation",
        type="pair",
        part="recipe",
        documentation="Dilation of the same convolution; one number, or rows and columns.",
        expected=f"{_whole(1, 31)}, {_PAIR}",
        default="1",
        example="2",
        minimum=1,
        maximum=31,
    ),
    AddressParameter(
        name="bias",
        type="numbers",
        part="recipe",
        documentation="Bias of the same convolution: one number for all filters, or one for each.",
        expected="a number with at most six decimals, or one such number for each filter",
        default=None,
        example="-0.2",
        minimum=-int(MAX_WEIGHT),
        maximum=int(MAX_WEIGHT),
    ),
    AddressParameter(
        name="stage",
        type="stage",
        documentation="Stage on the bench, by its id: `input`, `conv1`, `relu1`, `pool1` …",
        expected="the id of a stage",
        example="relu1",
    ),
    AddressParameter(
        name="map",
        type="place",
        documentation="Map of that stage, counted from 1.",
        expected=_whole(1, MAX_FILTERS),
        default="1",
        example="2",
        minimum=1,
        maximum=MAX_FILTERS,
    ),
    AddressParameter(
        name="cell",
        type="cell",
        documentation="Pinned cell of that map: row and column, counted from 1.",
        expected="a row and a column, counted from 1, such as 50,70",
        example="50,70",
        minimum=1,
        maximum=9999,
    ),
    AddressParameter(
        name="step",
        type="place",
        documentation="Window at which the animation stands, counted from 1; the map is painted "
        "up to there.",
        expected=_whole(1, 99_999_999),
        example="120",
        minimum=1,
        maximum=99_999_999,
    ),
    AddressParameter(
        name="speed",
        type="number",
        documentation="How fast it plays.",
        expected=_one_of(_SPEEDS),
        default="4",
        example="1",
        choices=_SPEEDS,
    ),
    AddressParameter(
        name="theme",
        type="choice",
        documentation="`auto` follows the page around, or the system.",
        expected=_one_of(_THEMES),
        default="auto",
        example="dark",
        choices=_THEMES,
    ),
    AddressParameter(
        name="controls",
        type="names",
        documentation="What an embed shows, in a fixed order; `none` for nothing.",
        expected=f"none, or some of {', '.join(CONTROLS)}",
        default=",".join(USUAL_CONTROLS),
        example="preset,stride,transport",
        choices=CONTROLS,
    ),
    AddressParameter(
        name="hide",
        type="names",
        documentation="What an embed leaves out of that.",
        expected=f"some of {', '.join(CONTROLS)}",
        example="ledger",
        choices=CONTROLS,
    ),
    AddressParameter(
        name="lock",
        type="names",
        documentation="What an embed shows but does not let anybody change.",
        expected=f"some of {', '.join(CONTROLS)}",
        example="stride",
        choices=CONTROLS,
    ),
    AddressParameter(
        name="autoplay",
        type="boolean",
        documentation="Whether it plays by itself; left out, the explorer does and an embed does "
        "not.",
        expected="on or off",
        example="on",
    ),
    AddressParameter(
        name="state",
        type="state",
        part="recipe",
        documentation="A pipeline of one's own, packed: what else stands after the #, for places "
        "that drop that.",
        expected="a packed scene, such as an address has after its #",
        example="v1=q1YqSk3OLEhVsqpWyswrKC0BM3IT04EiSsn5aWmpqUq1OkrFJUCRYiWr6NjaWgA",
        is_public=False,
    ),
)


def parameters(limits: Limits | None = None) -> tuple[AddressParameter, ...]:
    """Give the table as it is under limits of one's own."""
    if limits is None or limits.max_side == Limits().max_side:
        return PARAMETERS
    sized = _size(limits.max_side)
    return tuple(sized if entry.name == "size" else entry for entry in PARAMETERS)


def parameter_named(name: str) -> AddressParameter:
    """Find a parameter of the table.

    Examples
    --------
    >>> parameter_named("stride").maximum
    31
    """
    return next(entry for entry in PARAMETERS if entry.name == name)


def describe_address(limits: Limits | None = None) -> dict[str, Any]:
    """Describe in JSON everything that the page needs to read and write addresses.

    Parameters
    ----------
    limits : Limits, optional
        The usual ones when left out.

    Returns
    -------
    dict
        ``version``, ``parameters``, the recipes ``default`` and ``one_filter`` that an address
        begins with, and ``limits`` of what it may hold.

    Examples
    --------
    >>> describe_address()["parameters"][0]["name"]
    'image'
    """
    return {
        "version": ADDRESS_VERSION,
        "parameters": [entry.describe() for entry in parameters(limits)],
        "controls": list(CONTROLS),
        "default": default_recipe(),
        "one_filter": one_filter_recipe(),
        "limits": {
            "packed_characters": MAX_PACKED_CHARACTERS,
            "unpacked_bytes": MAX_UNPACKED_BYTES,
            "stages": (limits or Limits()).max_stages,
        },
    }
