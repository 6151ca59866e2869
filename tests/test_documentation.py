"""What exists is documented, and what is documented exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from starlette.routing import Route

from app.api import routes_embed, routes_pages
from app.api.schemas import PROBLEMS
from app.main import create_app
from app.settings import Settings
from tests.browser.server import LiveServer

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
DOCUMENTS = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
MEBIBYTE = 1024 * 1024


@cache
def readme() -> str:
    return README.read_text(encoding="utf-8")


@cache
def table_rows() -> dict[str, str]:
    """Rows of all tables of the README by the first thing in code style in them."""
    rows = re.findall(r"^\|\s*`([^`]+)`\s*\|(.*)$", readme(), re.MULTILINE)
    return dict(rows)


def as_printed(name: str, value: object) -> str:
    """Write a default as the README does: bytes in MiB, thousands with commas."""
    if isinstance(value, int) and not isinstance(value, bool):
        if name.endswith("_bytes") and value % MEBIBYTE == 0:
            return f"{value // MEBIBYTE} MiB"
        return f"{value:,}" if value >= 10_000 else str(value)
    return "none" if value is None else str(value)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_a_setting_is_in_the_readme_with_its_default(name: str) -> None:
    row = table_rows().get(f"KERNELSCOPE_{name.upper()}")
    assert row is not None, "no table row"
    assert row.split("|")[0].strip() == as_printed(name, Settings.model_fields[name].default)


def test_the_readme_knows_no_setting_that_is_gone() -> None:
    documented = {name for name in table_rows() if name.startswith("KERNELSCOPE_")}
    known = {f"KERNELSCOPE_{name.upper()}" for name in Settings.model_fields}
    assert documented - known == set()


def endpoints() -> set[str]:
    """Name method and path of everything that the server answers, except scripts and styles."""
    app = create_app(Settings())
    described = {
        f"{method.upper()} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    routes = [*routes_pages.router.routes, *routes_embed.router.routes, *app.routes]
    pages = {f"GET {route.path}" for route in routes if isinstance(route, Route)}
    return {anonymous(name) for name in described | pages if "/static" not in name}


def anonymous(endpoint: str) -> str:
    """Leave out what the placeholders of a path are called."""
    return re.sub(r"\{[^}]*\}", "{}", endpoint)


def documented_endpoints() -> set[str]:
    found = re.findall(r"^\| `((?:GET|POST|DELETE) /[^`]*)` \|", readme(), re.MULTILINE)
    return {anonymous(name) for name in found}


def test_the_readme_lists_the_endpoints_that_there_are() -> None:
    assert sorted(documented_endpoints()) == sorted(endpoints())


def test_the_readme_lists_what_the_element_offers_and_nothing_else() -> None:
    code = (ROOT / "static" / "elements" / "conv-visualizer.js").read_text(encoding="utf-8")
    events = set(re.findall(r'#tell\("([a-z-]+)"', code))
    attributes = set(re.findall(r'this\.(?:get|has)Attribute\("([a-z-]+)"\)', code))
    kinds = {name: row.split("|")[0].strip() for name, row in table_rows().items()}
    assert {name for name, kind in kinds.items() if kind == "event"} == events
    assert {name for name, kind in kinds.items() if kind == "attribute"} == attributes


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_an_error_code_is_in_the_readme_with_its_status(code: str) -> None:
    row = table_rows().get(code)
    assert row is not None, "no table row"
    assert row.split("|")[0].strip() == str(PROBLEMS[code][0])


@pytest.mark.parametrize("command", ["serve", "run", "export"])
def test_every_option_of_the_command_line_is_in_the_readme(command: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "app", command, "--help"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    )
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", answer.stdout)) - {"--help"}
    assert options
    assert {option for option in options if option not in readme()} == set()


def test_every_make_command_is_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE)
    assert "run" in commands
    assert [name for name in commands if f"`make {name}`" not in readme()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_of_a_document_leads_to_a_file(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_four_parts(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Status", "Context", "Decision", "Consequences"]
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert f"({decision.name})" in index, "not listed in docs/decisions/README.md"


def test_the_python_of_the_readme_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", readme(), re.DOTALL)
    assert blocks
    with LiveServer() as server:
        for block in blocks:
            code = block.replace("http://127.0.0.1:8000", server.url)
            answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
            assert answer.returncode == 0, answer.stderr
