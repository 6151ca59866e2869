"""How numbers are written in pictures: true minus, fixed places, and sums that add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

MINUS: Final = "\N{MINUS SIGN}"
LEAST: Final = 2
MOST: Final = 4
# Float32 sums of a few hundred terms agree to about this, relative to their size.
_TOLERANCE: Final = 2e-6


def fixed(value: float, decimals: int) -> str:
    """Write a number with so many places; ``"0"`` only for an exact zero.

    Examples
    --------
    >>> fixed(-2.161, 2), fixed(0, 2), fixed(-0.001, 2)
    ('−2.16', '0', '0.00')
    """
    if value == 0:
        return "0"
    text = f"{abs(value):.{decimals}f}"
    return MINUS + text if value < 0 and float(text) != 0 else text


def count(number: int) -> str:
    """Write a whole number with its thousands.

    Examples
    --------
    >>> count(8836)
    '8,836'
    """
    return f"{number:,}"


def counted(number: int, singular: str) -> str:
    """Write how many there are of something.

    Examples
    --------
    >>> counted(1, "product"), counted(25, "product")
    ('1 product', '25 products')
    """
    return f"{count(number)} {singular}{'' if number == 1 else 's'}"


def exact_decimals(values: Iterable[float]) -> tuple[int, bool]:
    """Tell how many places numbers need, from two to four, and whether these show them whole.

    Examples
    --------
    >>> exact_decimals([0.5, 0.125]), exact_decimals([1 / 3])
    ((3, True), (4, False))
    """
    numbers = list(values)
    size = max([1.0, *map(abs, numbers)])
    for decimals in range(LEAST, MOST + 1):
        if all(abs(value - round(value, decimals)) <= _TOLERANCE * size for value in numbers):
            return decimals, True
    return MOST, False


def printed(value: float) -> str:
    """Write a number with as many places as it has, from two to four, and with its thousands.

    Examples
    --------
    >>> printed(2.8), printed(-1241.5), printed(1 / 3)
    ('2.80', '−1,241.50', '0.3333')
    """
    text = fixed(value, exact_decimals([value])[0])
    whole, point, places = text.removeprefix(MINUS).partition(".")
    return f"{MINUS if text.startswith(MINUS) else ''}{int(whole):,}{point}{places}"


def as_decimal(text: str) -> Decimal:
    """Read a written number exactly as it stands there.

    Examples
    --------
    >>> as_decimal("−1,241.50")
    Decimal('-1241.50')
    """
    return Decimal(text.replace(MINUS, "-").replace(",", ""))


def rounding_gap(parts: Sequence[float], total: float, decimals: int) -> float:
    """Give what the printed parts miss of the printed total: 0 when they add up.

    Examples
    --------
    >>> rounding_gap([0.333, 0.333], 0.666, 2), rounding_gap([0.25, 0.5], 0.75, 2)
    (0.01, 0.0)
    """
    missing = _units(total, decimals) - sum((_units(part, decimals) for part in parts), Decimal(0))
    return float(missing)


def _units(value: float, decimals: int) -> Decimal:
    return Decimal(f"{value:.{decimals}f}")
