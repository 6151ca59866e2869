"""The list of modules to preload is what the entry file really imports."""

from __future__ import annotations

from pathlib import Path

from app.api.module_graph import reachable_modules


def test_static_imports_are_followed_and_nothing_else_is_listed(tmp_path: Path) -> None:
    files = {
        "main.js": 'import { a } from "./state/a.js";\nimport "./b.js";\nimport x from "pkg";',
        "state/a.js": 'export { b } from "../b.js";\nconst later = () => import("./late.js");',
        "b.js": 'import {\n  one,\n  two,\n} from "./state/c.js";',
        "state/c.js": 'import "./a.js"; import "../../outside.js"; import "./missing.js";',
        "state/late.js": "",
        "unused.js": "",
        "../outside.js": "",
    }
    root = tmp_path / "static"
    (root / "state").mkdir(parents=True)
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    assert reachable_modules(root / "main.js", url="/static") == [
        "/static/main.js",
        "/static/state/a.js",
        "/static/b.js",
        "/static/state/c.js",
    ]


def test_without_an_entry_file_the_list_is_empty(tmp_path: Path) -> None:
    assert reachable_modules(tmp_path / "main.js", url="/static") == []
