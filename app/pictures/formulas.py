"""One output cell as a line of arithmetic: what is printed adds up, or says what is missing.

Every line is given in several lengths, the fullest first; a picture takes the first that fits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from app.operations.base import Explanation, Layer, Term
from app.pictures.numbers import (
    LEAST,
    MINUS,
    as_decimal,
    count,
    counted,
    exact_decimals,
    fixed,
    printed,
    rounding_gap,
)

Role = Literal["sign", "negative", "positive", "zero", "bias", "result", "quiet"]

MOST_TERMS: Final = 16
COLOURS: Final = ("red", "green", "blue")


@dataclass(frozen=True)
class Part:
    """A run of characters of a line.

    Attributes
    ----------
    text : str
    role : {"sign", "negative", "positive", "zero", "bias", "result", "quiet"}
        What it stands for: a sign of arithmetic, a number, the bias, the result, a remark.
    caption : str
        Stands under it.
    """

    text: str
    role: Role = "sign"
    caption: str = ""


Line = tuple[Part, ...]


def plain_text(line: Sequence[Part]) -> str:
    """Write a line without its colours."""
    return "".join(part.text for part in line)


def lines(layer: Layer, explanation: Explanation, *, names: Sequence[str]) -> list[Line]:
    """Write how a cell comes about, in several lengths, the fullest first.

    Parameters
    ----------
    layer : Layer
        What computed it.
    explanation : Explanation
        The cell.
    names : sequence of str
        Of the maps that are read, as many as there are partial sums.

    Returns
    -------
    list of tuple of Part
        At least one.
    """
    if "weight" in layer.tensors():
        return list(_weighted(explanation, names))
    if layer.kind == "elementwise":
        return [_function(layer, explanation)]
    return list(_pooled(layer, explanation))


def _weighted(explanation: Explanation, names: Sequence[str]) -> Iterator[Line]:
    products = [term.product for term in explanation.terms]
    partials = list(explanation.partial_sums)
    if len(partials) == 1 and len(products) <= MOST_TERMS:
        yield _sum(products, [""] * len(products), explanation)
    if 1 < len(partials) <= MOST_TERMS:
        yield _sum(partials, names, explanation)
    groups = [
        [product for product in products if product > 0],
        [product for product in products if product < 0],
    ]
    grouped = [math.fsum(group) for group in groups if group]
    captions = [counted(len(group), "product") for group in groups if group]
    yield _sum(grouped, captions, explanation)


def _sum(numbers: Sequence[float], captions: Sequence[str], explanation: Explanation) -> Line:
    """Write numbers and the bias as a sum with its result."""
    bias, total = explanation.bias, explanation.result
    decimals, is_exact = exact_decimals([*numbers, bias, total])
    if not is_exact and len(numbers) > 4:
        decimals = LEAST
    parts: list[Part] = [] if numbers else [Part("0", "zero")]
    for number, caption in zip(numbers, captions, strict=True):
        parts += _added(number, decimals, caption, is_first=not parts)
    if bias != 0:
        parts += _added(bias, decimals, "bias", is_first=False, role="bias")
    gap = rounding_gap([*numbers, bias], total, decimals)
    if gap:
        parts += _added(gap, decimals, "rounding", is_first=False, role="quiet")
    return (*parts, *_equals(), _result(total, decimals))


def _added(
    number: float, decimals: int, caption: str, *, is_first: bool, role: Role | None = None
) -> list[Part]:
    text = fixed(number, decimals)
    sign = MINUS if text.startswith(MINUS) else ""
    own = role or ("zero" if number == 0 else "negative" if sign else "positive")
    if is_first:
        return [Part(text, own, caption)]
    return [Part(f" {sign or '+'} "), Part(text.removeprefix(sign), own, caption)]


def _equals(*, is_exact: bool = True) -> list[Part]:
    return [Part(" = " if is_exact else " \N{ALMOST EQUAL TO} ")]


def _result(value: float, decimals: int) -> Part:
    return Part(fixed(value, decimals), "result")


def _number(value: float, decimals: int) -> Part:
    text = fixed(value, decimals)
    return Part(text, "zero" if value == 0 else "negative" if value < 0 else "positive")


def _function(layer: Layer, explanation: Explanation) -> Line:
    source = _number(explanation.sum, exact_decimals([explanation.sum])[0])
    if explanation.rule == "none":
        call = [source]
    elif explanation.rule == "relu":
        call = [Part("max(0, "), source, Part(")")]
    else:
        call = [Part(f"{layer.title()}("), source, Part(")")]
    decimals, is_exact = exact_decimals([explanation.result])
    return (*call, *_equals(is_exact=is_exact), _result(explanation.result, decimals))


def _pooled(layer: Layer, explanation: Explanation) -> Iterator[Line]:
    terms = explanation.terms
    if explanation.rule == "max":
        yield from _largest(terms, explanation.result)
    elif explanation.rule == "root":
        yield from _norm(layer, explanation)
    else:
        yield from _mean(terms, explanation.result)


def _largest(terms: Sequence[Term], largest: float) -> Iterator[Line]:
    values = [term.source for term in terms]
    decimals = exact_decimals(values)[0] if len(values) <= MOST_TERMS else LEAST
    end = (*_equals(), _result(largest, exact_decimals([largest])[0]))
    if len(values) <= MOST_TERMS:
        numbers = _listed([_number(value, decimals) for value in values], ", ")
        yield (Part("max("), *numbers, Part(")"), *_equals(), _result(largest, decimals))
    yield (Part(f"largest of {count(len(values))} cells"), *end)


def _mean(terms: Sequence[Term], mean: float) -> Iterator[Line]:
    values = [term.source for term in terms]
    divisor = count(len(values))
    if len(values) <= MOST_TERMS:
        decimals, _ = exact_decimals(values)
        first, *rest = values
        numbers = _added(first, decimals, "", is_first=True)
        for value in rest:
            numbers += _added(value, decimals, "", is_first=False)
        sum_text = [fixed(value, decimals) for value in values]
        yield (Part("("), *numbers, Part(f") / {divisor}"), *_quotient(sum_text, values, mean))
    total = math.fsum(values)
    role = _number(total, LEAST).role
    sum_part = Part(printed(total), role, "sum of the window")
    yield (sum_part, Part(f" / {divisor}"), *_quotient([sum_part.text], values, mean))


def _quotient(parts: Sequence[str], values: Sequence[float], mean: float) -> Line:
    """Write a mean; an equals sign stands only between printed numbers that are equal."""
    decimals, _ = exact_decimals([mean])
    result = _result(mean, decimals)
    total = sum((as_decimal(text) for text in parts), Decimal(0))
    return (*_equals(is_exact=as_decimal(result.text) * len(values) == total), result)


def _norm(layer: Layer, explanation: Explanation) -> Iterator[Line]:
    values = [abs(term.source) for term in explanation.terms]
    power = layer.resolved()["p"]
    end = (
        *_equals(is_exact=False),
        _result(explanation.result, exact_decimals([explanation.result])[0]),
    )
    if power == 2 and len(values) <= MOST_TERMS:
        decimals, _ = exact_decimals(values)
        squares = [Part(f"{fixed(value, decimals)}²", "positive") for value in values]
        yield (Part("√("), *_listed(squares, " + "), Part(")"), *end)
    yield (Part(f"norm p = {power:g} of {count(len(values))} cells"), *end)


def _listed(numbers: Sequence[Part], between: str) -> Line:
    spread = [part for number in numbers for part in (Part(between), number)]
    return tuple(spread[1:])
