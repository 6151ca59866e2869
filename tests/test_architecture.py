"""Who may import whom, in Python and in JavaScript; and nothing foreign in the page."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.javascript import code_only, imported_names

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"
STATIC = ROOT / "static"

ANYTHING = "anything"
# Layer of app/ -> what of app/ it may import besides itself, and which packages.
LAYERS: dict[str, tuple[set[str], set[str]]] = {
    "__init__": (set(), set()),
    "errors": (set(), set()),
    "resources": (set(), set()),
    "settings": (set(), {"pydantic", "pydantic_settings"}),
    "numerics": (set(), {"numpy"}),
    "operations": ({"numerics", "errors"}, {"numpy"}),
    "pipeline": ({"operations", "numerics", "errors", "__init__"}, {"numpy", "orjson"}),
    "images": ({"errors", "resources"}, {"PIL", "numpy"}),
    "scenes": ({"pipeline", "operations", "numerics", "errors"}, {"orjson"}),
    "pictures": ({"pipeline", "operations", "numerics", "errors"}, {"PIL", "numpy"}),
    "takeaway": ({"resources", "errors", "__init__"}, {"PIL", "jinja2", "markupsafe", "orjson"}),
    "api": (
        {
            "scenes",
            "takeaway",
            "pictures",
            "pipeline",
            "operations",
            "numerics",
            "images",
            "errors",
            "settings",
            "resources",
        }
        | {"__init__"},
        {ANYTHING},
    ),
    "sphinx_extension": (
        {"scenes", "pictures", "pipeline", "images", "errors", "resources", "__init__"},
        {"docutils", "sphinx"},
    ),
    "main": ({ANYTHING}, {ANYTHING}),
    "cli": ({ANYTHING}, {ANYTHING}),
    "cli_export": ({ANYTHING}, {ANYTHING}),
    "__main__": ({ANYTHING}, {ANYTHING}),
}
# Folders of static/ that must run without a browser.
PURE_FOLDERS = ("model", "state", "draw", "describe")
PURE_FILES = ("timeline/schedule.js",)
CDN_HOSTS = (
    *("cdn.", "unpkg.com", "jsdelivr", "cdnjs", "googleapis.com", "gstatic.com"),
    *("esm.sh", "esm.run", "skypack.dev", "jspm.", "bootstrapcdn", "cloudflare.com"),
)

_BROWSER_NAME = re.compile(r"(?<![.\w$])(?:document|window|fetch)(?![\w$:])")
# `window` is also the field's word for the cells under a kernel: a module may bind it itself.
_OWN_WINDOW = re.compile(r"\b(?:const|let)\s+(?:window\b|\{[^}]*\bwindow\b)|[(,]\s*window\s*[,)]")


def layer_of(module: Path) -> str:
    """Name the layer of a file of app/: its folder, or its own name at the top."""
    first = module.relative_to(APP).parts[0]
    return first.removesuffix(".py")


def imports_of(source: str, *, module: str) -> Iterator[str]:
    """Name every module that a Python source imports, wherever in the file.

    Parameters
    ----------
    source : str
        Python code.
    module : str
        Dotted name of the package that relative imports start from.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
            if base == "app":
                yield from (f"app.{alias.name}" for alias in node.names)
            else:
                yield base


def wrong_imports(source: str, *, layer: str, module: str) -> list[str]:
    """Name the imports that a layer may not have."""
    own, packages = LAYERS[layer]
    wrong = []
    for name in imports_of(source, module=module):
        parts = name.split(".")
        if parts[0] == "app":
            target = parts[1] if len(parts) > 1 else "__init__"
            target = "__init__" if target.startswith("__version") else target
            is_wrong = target != layer and not own & {target, ANYTHING}
        else:
            is_foreign = parts[0] not in sys.stdlib_module_names
            is_wrong = is_foreign and not packages & {parts[0], ANYTHING}
        if is_wrong:
            wrong.append(name)
    return wrong


def python_modules() -> list[Path]:
    """Every Python file of app/ that is ours."""
    return [path for path in sorted(APP.rglob("*.py")) if "_assets" not in path.parts]


def javascript_modules() -> list[Path]:
    """Every JavaScript file that is served."""
    return sorted(STATIC.rglob("*.js"))


def javascript_imports(module: Path) -> list[Path]:
    """Files that a module imports; types in comments do not count."""
    names = imported_names(module.read_text(encoding="utf-8"))
    return [(module.parent / name).resolve() for name in names]


def browser_names(source: str) -> list[str]:
    """Names of the browser's globals that JavaScript code mentions."""
    code = code_only(source)
    owns_window = _OWN_WINDOW.search(code) is not None
    return [name for name in _BROWSER_NAME.findall(code) if name != "window" or not owns_window]


def is_pure(module: Path) -> bool:
    """Whether a module must not know that there is a browser."""
    relative = module.relative_to(STATIC)
    return relative.parts[0] in PURE_FOLDERS or relative.as_posix() in PURE_FILES


def find_cycle(graph: dict[str, set[str]]) -> list[str] | None:
    """Find modules that import each other in a circle; the first is also the last."""
    done: set[str] = set()

    def visit(node: str, trail: list[str]) -> list[str] | None:
        if node in trail:
            return [*trail[trail.index(node) :], node]
        if node in done:
            return None
        for target in sorted(graph.get(node, ())):
            cycle = visit(target, [*trail, node])
            if cycle:
                return cycle
        done.add(node)
        return None

    for start in sorted(graph):
        cycle = visit(start, [])
        if cycle:
            return cycle
    return None


def imports_at_module_level(source: str, *, module: str) -> Iterator[str]:
    """Name the imports that run when the module is loaded; those for type checkers do not."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    yield from imports_of(ast.unparse(tree), module=module)


def package_of(path: Path) -> str:
    """Dotted name that relative imports of a file start from."""
    return ".".join(path.relative_to(ROOT).parent.parts)


@pytest.mark.parametrize("path", python_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_python_module_imports_only_what_its_layer_may(path: Path) -> None:
    layer = layer_of(path)
    assert layer in LAYERS, f"{layer} is a new layer: say in LAYERS what it may import"
    source = path.read_text(encoding="utf-8")
    assert wrong_imports(source, layer=layer, module=package_of(path)) == []


def test_wrong_python_arrows_are_found() -> None:
    source = "import numpy, PIL.Image\nfrom app.operations import conv\nfrom ..images import x\n"
    found = wrong_imports(source, layer="numerics", module="app.numerics")
    assert found == ["PIL.Image", "app.operations", "app.images"]


def test_python_modules_do_not_import_each_other_in_a_circle() -> None:
    names = {path: _dotted(path) for path in python_modules()}
    known = set(names.values())
    graph: dict[str, set[str]] = {}
    for path, name in names.items():
        source = path.read_text(encoding="utf-8")
        targets = set(imports_at_module_level(source, module=package_of(path)))
        graph[name] = {target for target in targets if target in known and target != name}
    assert find_cycle(graph) is None


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_a_circle_is_found() -> None:
    assert find_cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c", "a"]
    assert find_cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None


def test_pure_javascript_never_mentions_the_browser() -> None:
    offenders = [
        f"{module.relative_to(ROOT)}: {name}"
        for module in javascript_modules()
        if is_pure(module)
        for name in browser_names(module.read_text(encoding="utf-8"))
    ]
    assert offenders == []


def test_mentions_of_the_browser_are_found_in_code_only() -> None:
    source = 'a(`${document.title} window`); // fetch\nb("window", cell.window); fetch(x);'
    assert browser_names(source) == ["document", "fetch"]
    assert browser_names("const width = window.innerWidth;") == ["window"]
    assert browser_names("const window = rowsOf(tap); draw({ window });") == []


def test_only_entry_files_import_elements() -> None:
    elements = (STATIC / "elements").resolve()
    offenders = [
        f"{module.relative_to(ROOT)} imports {target.name}"
        for module in javascript_modules()
        for target in javascript_imports(module)
        if target.is_relative_to(elements)
        and module.parent != STATIC
        and not module.is_relative_to(elements)
    ]
    assert offenders == []


def test_not_even_the_types_of_pure_javascript_come_from_elements() -> None:
    offenders = [
        str(module.relative_to(ROOT))
        for module in javascript_modules()
        if is_pure(module) and "elements/" in module.read_text(encoding="utf-8")
    ]
    assert offenders == []


def test_javascript_imports_are_files_of_ours_and_never_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for module in javascript_modules():
        targets = javascript_imports(module)
        missing = [target for target in targets if not target.is_file()]
        assert not missing, f"{module.relative_to(ROOT)} imports {missing}"
        assert all(target.is_relative_to(STATIC.resolve()) for target in targets)
        graph[str(module.resolve())] = {str(target) for target in targets}
    assert find_cycle(graph) is None


def test_javascript_imports_are_seen(tmp_path: Path) -> None:
    module = tmp_path / "a.js"
    module.write_text(
        '/** @typedef {import("./type.js").T} T */\n'
        'import { b,\n  c } from "./b.js";\nimport "./d.js";\n'
        'export { e } from "./e.js";\nconst f = () => import("./f.js");\n'
    )
    names = [target.name for target in javascript_imports(module)]
    assert names == ["b.js", "d.js", "e.js", "f.js"]


def test_no_file_of_ours_names_a_delivery_network() -> None:
    folders = [APP, STATIC, ROOT / "templates"]
    texts = [path for folder in folders for path in folder.rglob("*") if is_text(path)]
    assert texts
    offenders = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in texts
        for host in CDN_HOSTS
        if re.search(rf"//[\w.-]*{re.escape(host)}", path.read_text(encoding="utf-8"))
    ]
    assert offenders == []


def is_text(path: Path) -> bool:
    """Whether a file is source that is read as text."""
    return path.suffix in {".py", ".js", ".css", ".html", ".svg", ".json", ".webmanifest"}


def test_templates_load_nothing_from_elsewhere() -> None:
    loaded = re.compile(
        r"""<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=["'](//|\w+://)"""
    )
    assert loaded.search('<script type="module" src="https://elsewhere/a.js">')
    templates = sorted((ROOT / "templates").rglob("*.html"))
    offenders = [path.name for path in templates if loaded.search(path.read_text(encoding="utf-8"))]
    assert offenders == []


def test_no_foreign_code_is_served() -> None:
    """Vendored code shows: in folder names, in licence banners, in lines nobody wrote by hand."""
    for path in STATIC.rglob("*"):
        folders = set(path.relative_to(STATIC).parts)
        assert not {"vendor", "lib", "third_party", "node_modules", "dist"} & folders
        if path.suffix in {".js", ".css"}:
            text = path.read_text(encoding="utf-8")
            assert ".min." not in path.name
            assert not re.search(r"@license|@preserve|/\*!|Copyright", text), path.name
            assert max(map(len, text.splitlines()), default=0) <= 500, path.name
