"""A real server of ours in a process of its own, on a free port of this machine."""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0
STOP_SECONDS = 5.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LiveServer:
    """Start, stop and start again the server of this checkout; always stopped in the end.

    Parameters
    ----------
    **settings : object
        Settings by field name, for instance ``upload_ttl_seconds=1``.
    """

    def __init__(self, **settings: object) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = {f"KERNELSCOPE_{name.upper()}": str(v) for name, v in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()

    def __enter__(self) -> LiveServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._log.close()

    def start(self) -> None:
        """Start it and wait until it answers; the port is the same every time."""
        command = [sys.executable, "-m", "app", "--port", str(self.port), "--no-browser"]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **self._settings},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"The server did not start:\n{self.log()}")
            time.sleep(0.03)

    def stop(self) -> None:
        """Ask it to end; make it end when it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def processor_seconds(self) -> float:
        """Processor time of the process up to now; NaN where the system does not tell."""
        stat = Path("/proc", str(self._process.pid if self._process else 0), "stat")
        if not stat.exists():
            return math.nan
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log(self) -> str:
        """Everything it has printed."""
        self._log.flush()
        return os.pread(self._log.fileno(), 1 << 20, 0).decode("utf-8", "replace")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
