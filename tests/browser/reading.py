"""What a person reads on the bench: printed numbers, as texts and as what they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.browser.explorer import Explorer

_READ_LEDGER = """
(host) => {
  const ledger = host.shadowRoot.querySelector(".ledger");
  const text = (node) => (node ? node.textContent.trim() : "");
  const shown = (node) => node && !node.hidden && node.offsetParent !== null;
  const cells = (node) => {
    if (!shown(node)) return [];
    const inputs = [...node.querySelectorAll("input")];
    return inputs.length ? inputs.map((cell) => cell.value)
      : [...node.querySelectorAll(".cell")].map(text);
  };
  const kernel = (row) =>
    cells([...row.querySelectorAll(".row-kernel > *")].find((grid) => !grid.hidden));
  const gap = ledger.querySelector(".total-line.rounding");
  return {
    caption: text(ledger.querySelector(".ledger-caption")),
    rows: [...ledger.querySelectorAll(".ledger-row")].map((row) => ({
      letter: text(row.querySelector(".row-letter")),
      isOpen: !row.classList.contains("folded"),
      window: cells(row.querySelector(".window-cells")),
      kernel: kernel(row),
      products: cells(row.querySelector(".product-cells")),
      partial: text(row.querySelector(".row-partial")),
    })),
    bias: text(ledger.querySelector(".ledger-bias")),
    rounding: shown(gap) ? text(gap.querySelector("output")) : null,
    total: text(ledger.querySelector(".ledger-total")),
  };
}
"""


@dataclass(frozen=True)
class LedgerRow:
    """One input map's line: texts of a window, a kernel slice and their products, row by row."""

    letter: str
    is_open: bool
    window: tuple[str, ...]
    kernel: tuple[str, ...]
    products: tuple[str, ...]
    partial: str


@dataclass(frozen=True)
class Ledger:
    """The arithmetic of one cell as it is printed."""

    rows: tuple[LedgerRow, ...]
    bias: str
    rounding: str | None
    total: str
    caption: str

    @property
    def parts(self) -> list[str]:
        """Everything that a reader adds to get the total."""
        sums = [row.partial for row in self.rows]
        return [*sums, self.bias, *([self.rounding] if self.rounding else [])]


def read_ledger(explorer: Explorer, *, index: int = 0) -> Ledger:
    """Read the ledger of the bench."""
    found: dict[str, Any] = explorer.element(index).evaluate(_READ_LEDGER)
    rows = tuple(
        LedgerRow(
            letter=row["letter"],
            is_open=row["isOpen"],
            window=tuple(row["window"]),
            kernel=tuple(row["kernel"]),
            products=tuple(row["products"]),
            partial=row["partial"],
        )
        for row in found["rows"]
    )
    return Ledger(rows, found["bias"], found["rounding"], found["total"], found["caption"])


def number(text: str) -> Decimal:
    """Give the number that a text prints, exactly: ``number("−1,234.50")``."""
    plain = text.strip().replace("−", "-").replace(",", "").replace("\u00a0", "")
    match = re.fullmatch(r"[+-]? ?\d+(\.\d+)?", plain)
    assert match, f"{text!r} is not a printed number"
    return Decimal(plain.replace(" ", ""))


def numbers(texts: tuple[str, ...] | list[str]) -> list[Decimal]:
    """Give the numbers of several texts."""
    return [number(text) for text in texts]


def all_numbers(text: str) -> list[Decimal]:
    """Give every number in a sentence, in order; a minus counts where it is a sign."""
    found = re.findall(r"−?\d[\d,]*(?:\.\d+)?", text)
    return [number(part.rstrip(",")) for part in found]


def half_unit(text: str) -> float:
    """Give how far a number may be from its print: half of the last place, and float32 noise."""
    places = len(text.partition(".")[2])
    return 0.5 * 10.0**-places + 2e-6 * max(1.0, abs(float(number(text))))


def assert_prints(text: str, value: float) -> None:
    """Fail unless a text is the rounded value."""
    assert abs(float(number(text)) - value) <= half_unit(text), f"{text!r} does not print {value}"
