"""Write the table of parameters into docs/addresses.md: ``python -m tools.addresses``."""

from __future__ import annotations

import re
from pathlib import Path

from app.scenes.documentation import parameter_table

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "addresses.md"
TABLE = re.compile(r"(<!-- parameters.*?-->\n).*?(\n<!-- end of parameters -->)", re.DOTALL)


def main() -> None:
    """Put today's table in the place of the one that is written."""
    text = DOCUMENT.read_text(encoding="utf-8")
    written = TABLE.sub(lambda part: part[1] + parameter_table() + part[2], text)
    DOCUMENT.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
