"""Books of a few pages, built by Sphinx itself."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils


@dataclass(frozen=True)
class Built:
    """What a build wrote, and what it warned about."""

    out: Path
    warnings: str

    def text(self, name: str) -> str:
        return (self.out / name).read_text(encoding="utf-8")


def write_book(folder: Path, conf: str, **documents: str) -> Path:
    """Write the sources; documents by name, with ``_`` for the dot."""
    (folder / "conf.py").write_text(conf, encoding="utf-8")
    for name, text in documents.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def build(source: Path, builder: str, *, parallel: int = 1, doctrees: str = "doctrees") -> Built:
    """Build with one builder; all builders share the doctrees, as `make` of a book does."""
    warnings = io.StringIO()
    out = source / "out" / builder
    with patch_docutils(source), docutils_namespace():
        Sphinx(
            *(source, source, out, source / doctrees, builder),
            status=None,
            warning=warnings,
            parallel=parallel,
        ).build()
    # Sphinx colours what it says.
    return Built(out, re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue()))
