"""The page's modules can stand in one file: every import has a name that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.resources import folder
from app.takeaway.modules import PREFIX, imported_paths, named_modules, renamed
from tests.javascript import imported_names

ENTRIES = ("main.js", "embed-main.js")


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_import_is_the_name_of_a_module_in_the_file(entry: str) -> None:
    modules = named_modules(folder("static") / entry)
    assert next(iter(modules)) == PREFIX + entry
    imported = {name for source in modules.values() for name in imported_names(source)}
    assert imported <= set(modules)
    assert set(modules) - imported == {PREFIX + entry}


@pytest.mark.parametrize("entry", ENTRIES)
def test_nothing_but_the_names_of_imports_is_changed(entry: str) -> None:
    static = folder("static")
    address = re.compile(r"""(["'])(?:\.{1,2}/|kernelscope/)[\w./-]*?([\w-]+\.js\1)""")
    for name, source in named_modules(static / entry).items():
        written = (static / name.removeprefix(PREFIX)).read_text(encoding="utf-8")
        assert address.sub(r"\1\2", source) == address.sub(r"\1\2", written), name


def test_imports_over_several_lines_and_later_ones_are_named() -> None:
    source = 'import {\n  a,\n  b,\n} from "../state/a.js";\nconst c = () => import("./c.js");\n'
    assert renamed(source, "elements/x.js") == (
        'import {\n  a,\n  b,\n} from "kernelscope/state/a.js";\n'
        'const c = () => import("kernelscope/elements/c.js");\n'
    )


def test_types_in_comments_bring_no_module() -> None:
    source = '/** @typedef {import("./type.js").T} T */\nimport { b } from "./b.js";\n'
    assert imported_paths(source, "main.js") == ["b.js"]


def test_a_module_comes_once_however_often_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "main.js").write_text('import "./a.js";\nimport "./b.js";\n')
    (tmp_path / "a.js").write_text('import "./b.js";\n')
    (tmp_path / "b.js").write_text("export const b = 1;\n")
    names = [name.removeprefix(PREFIX) for name in named_modules(tmp_path / "main.js")]
    assert names == ["main.js", "a.js", "b.js"]
