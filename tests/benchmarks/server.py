"""The server's part of an edit, measured over the loopback: request in, bytes out.

``python -m tests.benchmarks.server`` starts the real server in its own process and edits one weight
of the default pipeline again and again, as the page does. The client writes to a bare socket, so
its own cost is small; it is part of the figures all the same.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import socket
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from app.images.samples import Samples
from app.pipeline.defaults import default_recipe
from app.resources import folder
from tests.browser.server import LiveServer

BUDGET_MEDIAN_MS = 4.0
BUDGET_EDITS_A_SECOND = 250
SIDE = 224
LOAD_SECONDS = 3.0


@dataclass(frozen=True)
class Figures:
    """What one kind of request took.

    Attributes
    ----------
    name : str
        The kind, in words.
    durations_ms : list of float
        One for each request, in their order.
    processor_ms : float
        Processor time of the server for one request; it does not depend on what else runs.
    answer_bytes : int
        Size of the last answer's body.
    """

    name: str
    durations_ms: list[float]
    processor_ms: float
    answer_bytes: int

    @property
    def median_ms(self) -> float:
        return statistics.median(self.durations_ms)

    def row(self) -> str:
        ordered = sorted(self.durations_ms)
        slow = ordered[int(len(ordered) * 0.95)]
        each_second = 1000 / statistics.fmean(ordered)
        return (
            f"{self.name:<52}{self.median_ms:>9.2f}{slow:>9.2f}{self.durations_ms[0]:>9.2f}"
            f"{self.processor_ms:>9.2f}{each_second:>9.0f}{self.answer_bytes / 1000:>10.1f}"
        )


class Connection:
    """One kept-alive HTTP connection on a bare socket."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = bytearray(32 * 1024 * 1024)

    def send(self, method: str, path: str, body: bytes = b"", headers: str = "") -> memoryview:
        """Send a request and give the body of its answer; valid until the next one."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        )
        self._socket.sendall(head.encode() + body)
        view = memoryview(self._answer)
        received, end = 0, -1
        while end < 0:
            received += self._socket.recv_into(view[received:])
            end = self._answer.find(b"\r\n\r\n", 0, received)
        lines = bytes(view[:end]).decode("latin-1").lower().split("\r\n")
        if " 200 " not in lines[0]:
            raise RuntimeError(bytes(view[:received]).decode("utf-8", "replace"))
        length = next(int(line[15:]) for line in lines if line.startswith("content-length:"))
        start = end + 4
        while received < start + length:
            received += self._socket.recv_into(view[received:])
        return view[start : start + length]

    def close(self) -> None:
        self._socket.close()


def photograph(side: int) -> bytes:
    """Write a square picture as PNG, so that a run can work on just this size."""
    values = Samples(folder("sample_images")).get("coffee").working(None, max_side=side)
    pixels = np.rint(values.transpose(1, 2, 0) * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((side, side)).save(file, "PNG")
    return file.getvalue()


def upload(url: str, data: bytes) -> str:
    """Send a picture; gives its id."""
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    request = urllib.request.Request(
        f"{url}/api/images",
        part + data + b"\r\n--x--\r\n",
        {"Content-Type": "multipart/form-data; boundary=x"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["id"])


def edits(image: str, *, size: int | None, seed: int = 0) -> Iterator[bytes]:
    """Write the default recipe again and again, each time with another first weight."""
    recipe: dict[str, Any] = default_recipe()
    recipe["input"] |= {"image": image, "size": size}
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    weight: Any = (np.array([2, -1, -1])[:, None, None] * kernel).tolist()
    recipe["stages"][0]["filters"][0] = {"weight": weight}
    for step in itertools.count(1):
        weight[0][0][0] = round(-2 + seed + step / 1000, 3)
        yield json.dumps(recipe).encode()


def manifest_of(bundle: memoryview) -> Any:
    """Read the manifest out of a bundle."""
    length = int.from_bytes(bundle[:8], "little")
    return json.loads(json.loads(bytes(bundle[8 : 8 + length]))["__metadata__"]["manifest"])


def measure(
    name: str, request: Callable[[], memoryview], *, server: LiveServer, count: int
) -> Figures:
    """Time a request; the first one is part of the figures, as the cold one."""
    durations, size = [], 0
    before = server.processor_seconds()
    for _ in range(count):
        started = time.perf_counter()
        size = len(request())
        durations.append((time.perf_counter() - started) * 1e3)
    used = server.processor_seconds() - before
    return Figures(name, durations, used * 1e3 / count, size)


def editing(
    connection: Connection, image: str, *, size: int | None, full: str, seed: int = 0
) -> Callable[[], memoryview]:
    """Edit as the page does: only what changed since the last answer comes back."""
    bodies = edits(image, size=size, seed=seed)
    first = manifest_of(connection.send("POST", "/api/runs/bundle?full=input", next(bodies)))
    held = ",".join(entry["key"] for entry in first["stages"][0]["maps"])
    path = f"/api/runs/bundle?full={full}&known={first['id']}"
    return lambda: connection.send("POST", path, next(bodies), f"X-Have: {held}\r\n")


def throughput(port: int, image: str, *, clients: int, seconds: float) -> float:
    """Count the edits of several clients that one server process answers in a second."""
    done = [0] * clients
    stop = time.perf_counter() + seconds

    def work(index: int) -> None:
        connection = Connection(port)
        edit = editing(connection, image, size=None, full="input,conv1:0", seed=index + 1)
        while time.perf_counter() < stop:
            edit()
            done[index] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="requests of each kind")
    count = parser.parse_args().count
    with LiveServer() as server:
        image = upload(server.url, photograph(SIDE))
        connection = Connection(server.port)
        shown = "input,conv1:0,relu1:0,pool1:0"
        kinds: list[tuple[str, Callable[[], memoryview]]] = [
            ("GET /healthz", lambda: connection.send("GET", "/healthz")),
            ("edit at 96, the maps on show", editing(connection, "coffee", size=96, full=shown)),
            (
                f"edit at {SIDE}, the maps on show",
                editing(connection, image, size=None, full=shown),
            ),
            (
                f"edit at {SIDE}, every value of every stage",
                editing(
                    connection,
                    image,
                    size=None,
                    seed=5,
                    full="input,conv1,relu1,pool1,conv2,relu2,pool2",
                ),
            ),
            (
                "edit at 384, the maps on show (in a worker)",
                editing(connection, "rocket", size=384, full=shown),
            ),
        ]
        print(
            f"\n{'over the loopback, one connection':<52}{'median':>9}{'p95':>9}{'first':>9}"
            f"{'CPU':>9}{'a second':>9}{'kB':>10}"
        )
        results = [measure(name, request, server=server, count=count) for name, request in kinds]
        for figures in results:
            print(figures.row())
        before = server.processor_seconds()
        rate = throughput(server.port, image, clients=4, seconds=LOAD_SECONDS)
        each_ms = (server.processor_seconds() - before) * 1e3 / (rate * LOAD_SECONDS)
        connection.close()
    median = results[2].median_ms
    verdict = "met" if median <= BUDGET_MEDIAN_MS else "MISSED"
    name = f"an edit at {SIDE}: median at most {BUDGET_MEDIAN_MS:g} ms"
    print(f"\n{name:<52}{median:>9.2f}  {verdict}")
    verdict = "met" if rate >= BUDGET_EDITS_A_SECOND else "MISSED"
    name = f"four clients, one process: {BUDGET_EDITS_A_SECOND} edits a second"
    print(f"{name:<52}{rate:>9.0f}  {verdict}")
    print(f"{'processor time of the server for each of them, ms':<52}{each_ms:>9.2f}")


if __name__ == "__main__":
    main()
