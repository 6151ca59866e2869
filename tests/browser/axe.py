"""axe-core, the accessibility checker, run inside a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def violations(
    page: Page, *, within: str | None = None, rules: Sequence[str] | None = None
) -> list[str]:
    """Check the page as it is now; shadow roots included.

    Parameters
    ----------
    page : Page
        A page of a context with ``bypass_csp=True``: the checker is not part of the page.
    within : str, optional
        CSS selector of the part to look at; the whole document when left out.
    rules : sequence of str, optional
        The only rules to apply; all of them when left out.

    Returns
    -------
    list of str
        One entry per violation, with the rule, its impact and the first elements.
    """
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate(
        """([within, rules]) => axe.run(within ?? document, {
          resultTypes: ["violations"],
          ...(rules ? { runOnly: { type: "rule", values: rules } } : {}),
        })""",
        [within, rules],
    )
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}; "
        + ", ".join(str(node["target"]) for node in violation["nodes"][:5])
        for violation in result["violations"]
    ]
