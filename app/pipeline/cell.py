"""One output cell explained, in the form in which an answer carries it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from app.errors import LimitExceeded
from app.operations.base import Explanation, Layer, Term

MAX_TERMS: Final = 200_000
TERM_FIELDS: Final = tuple(field.name for field in fields(Term))


def refuse_endless(layer: Layer, stage_id: str) -> None:
    """Refuse to list more terms than anybody can read.

    Raises
    ------
    LimitExceeded
        If a cell has more than ``MAX_TERMS``.
    """
    count = len(layer.sources(0)) * layer.rows.kernel_size * layer.columns.kernel_size
    if count > MAX_TERMS:
        raise LimitExceeded(
            f"A cell of stage {stage_id} has {count:,} terms; at most {MAX_TERMS:,} are listed. "
            "Use a smaller picture, a smaller kernel or fewer channels.",
            code="too_much_work",
            field="stage",
            allowed={"maximum": MAX_TERMS},
        )


def described(layer: Layer, explanation: Explanation) -> dict[str, Any]:
    """Give an explanation in JSON."""
    terms = [{name: getattr(term, name) for name in TERM_FIELDS} for term in explanation.terms]
    rows = [term.row for term in explanation.terms if term.row is not None]
    columns = [term.column for term in explanation.terms if term.column is not None]
    cell: dict[str, Any] = {
        "kind": layer.kind,
        "rule": explanation.rule,
        "terms": terms,
        "partial_sums": explanation.partial_sums,
        "bias": explanation.bias,
        "sum": explanation.sum,
        "result": explanation.result,
        "sources": {
            "rows": [min(rows), max(rows)] if rows else None,
            "columns": [min(columns), max(columns)] if columns else None,
        },
    }
    if explanation.winner is not None:
        winner = explanation.terms[explanation.winner]
        cell["winner"] = winner.kernel_row * layer.columns.kernel_size + winner.kernel_column
    if layer.kind == "elementwise":
        cell["function"] = explanation.rule
    return cell


def pixel(value: float) -> dict[str, Any]:
    """Explain a cell of the picture: there is nothing behind it."""
    return {
        "value": value,
        "kind": "input",
        "rule": "input",
        "terms": [],
        "partial_sums": [],
        "bias": 0.0,
        "sum": value,
        "result": value,
        "sources": {"rows": None, "columns": None},
    }
