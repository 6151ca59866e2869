"""Run the project's own checks: formats, lint, types, tests; ``make test`` is all of them.

``python -m tools.suite check python js browser`` runs the named parts in this order, goes on
after a failure, and ends with what each runner said last.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools.setup import PYTHON, ROOT, node_environment

BIOME = "node_modules/@biomejs/biome/bin/biome"
TYPESCRIPT = "node_modules/typescript/bin/tsc"


@dataclass(frozen=True)
class Step:
    """One runner: what it is called here, its command, how many last lines are its summary."""

    name: str
    command: tuple[str, ...]
    summary_lines: int = 1


@dataclass(frozen=True)
class Outcome:
    """How one runner ended."""

    step: Step
    passed: bool
    seconds: float
    summary: tuple[str, ...]


def python_module(*arguments: str) -> tuple[str, ...]:
    """Command for a module of ``.venv``."""
    return (str(PYTHON), "-m", *arguments)


def javascript_tests() -> tuple[str, ...]:
    """Every test file by name: what ``node --test`` makes of a folder differs by version."""
    return tuple(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("tests/js/**/*.test.js")))


def parts() -> dict[str, list[Step]]:
    """Name the runners of each part."""
    return {
        "check": [
            Step("ruff format", python_module("ruff", "format", "--check")),
            Step("ruff check", python_module("ruff", "check")),
            Step("mypy", python_module("mypy")),
            Step("biome", ("node", BIOME, "check", "--error-on-warnings")),
            Step("tsc", ("node", TYPESCRIPT, "--project", ".")),
        ],
        "python": [Step("pytest", python_module("pytest", "--cov", "--cov-report=term"))],
        "js": [Step("node --test", ("node", "--test", *javascript_tests()), summary_lines=8)],
        "browser": [Step("browser journeys", python_module("pytest", "tests/browser"))],
    }


def run(step: Step) -> Outcome:
    """Run one step, passing on what it prints."""
    print(f"\n=== {step.name} ===", flush=True)
    started = time.monotonic()
    lines: list[str] = []
    process = subprocess.Popen(
        step.command,
        cwd=ROOT,
        env=node_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        if line.strip():
            lines.append(line.rstrip())
    passed = process.wait() == 0
    summary = tuple(lines[-step.summary_lines :])
    return Outcome(step, passed, time.monotonic() - started, summary)


def report(outcomes: list[Outcome]) -> None:
    """Print one paragraph per runner: passed or failed, and its own last words."""
    print("\n=== summary ===")
    for outcome in outcomes:
        word = "passed" if outcome.passed else "FAILED"
        print(f"{outcome.step.name}: {word} in {outcome.seconds:.1f} s")
        for line in outcome.summary:
            print(f"  {line}")


def main(names: list[str]) -> int:
    """Run the named parts; 0 when every step passed."""
    available = parts()
    outcomes = [run(step) for name in names for step in available[name]]
    report(outcomes)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    if not Path(PYTHON).exists():
        sys.exit("Run this through make: it sets up .venv first.")
    sys.exit(main(sys.argv[1:]))
