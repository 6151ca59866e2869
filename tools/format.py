"""Let ruff and Biome format the sources and fix what they can: ``make format``."""

from __future__ import annotations

import subprocess
import sys

from tools.setup import ROOT, node_environment
from tools.suite import BIOME, python_module

COMMANDS = (
    python_module("ruff", "check", "--fix", "--quiet"),
    python_module("ruff", "format"),
    ("node", BIOME, "check", "--write"),
)


def main() -> int:
    """Run every formatter; the highest exit code."""
    runs = [subprocess.run(command, cwd=ROOT, env=node_environment()) for command in COMMANDS]
    return max(run.returncode for run in runs)


if __name__ == "__main__":
    sys.exit(main())
