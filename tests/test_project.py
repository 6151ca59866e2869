"""The project's own files: dependencies, lock files, the wheel."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def name_of(requirement: str) -> str:
    """Normalised name of a requirement."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def locked(lock: str) -> dict[str, str]:
    """Names in a lock file and the lines that belong to each."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)
    return {name_of(block): block for block in blocks if not block.startswith("#")}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_pins_with_hashes_and_names_no_registry(lock: str) -> None:
    packages = locked(lock)
    assert packages
    for name, block in packages.items():
        assert "==" in block, name
        assert "--hash=sha256:" in block, name
        assert "://" not in block, name
    assert "--index" not in (ROOT / lock).read_text(encoding="utf-8")


def test_the_lock_files_hold_every_direct_dependency() -> None:
    runtime = {name_of(requirement) for requirement in PROJECT["project"]["dependencies"]}
    dev = {name_of(requirement) for requirement in PROJECT["dependency-groups"]["dev"]}
    assert runtime <= locked("requirements.txt").keys()
    assert runtime | dev <= locked("requirements-dev.txt").keys()


def test_the_development_lock_agrees_with_the_one_for_serving() -> None:
    dev = locked("requirements-dev.txt")
    for name, block in locked("requirements.txt").items():
        assert block.splitlines()[0] in dev[name], name


def test_the_npm_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_the_page_depends_on_no_npm_package() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert "dependencies" not in package


def test_every_package_that_the_application_imports_is_declared() -> None:
    imported = {
        name.split(".")[0]
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported_names(node)
    }
    foreign = imported - sys.stdlib_module_names - {"app"}
    owners = importlib.metadata.packages_distributions()
    extras = PROJECT["project"]["optional-dependencies"].values()
    requirements = [*PROJECT["project"]["dependencies"], *(r for extra in extras for r in extra)]
    declared = {name_of(requirement) for requirement in requirements}
    undeclared = {
        package for package in foreign if not {name_of(o) for o in owners[package]} & declared
    }
    assert undeclared == set()


def _imported_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []


def test_the_wheel_serves_from_any_folder(tmp_path: Path) -> None:
    """Built without a network, unpacked, and started far away from the checkout."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(next(tmp_path.glob("*.whl"))).extractall(unpacked)
    for folder in ("static", "templates", "sample_images"):
        checkout = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*.*")}
        packaged = unpacked / "app" / "_assets" / folder
        missing = {path for path in checkout if not (packaged / path).exists()}
        assert {path for path in missing if "__pycache__" not in path.parts} == set()
    code = "from app.resources import folder; from app.main import create_app; create_app(); "
    code += "print(folder('static'))"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=unpacked,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    assert str(unpacked) in answer.stdout
