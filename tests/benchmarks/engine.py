"""The engine beside its peers: ``python -m tests.benchmarks.engine [--only WORD] [--seconds S]``.

The whole grid takes about four minutes on an idle machine.

Every cell of the grid is computed by us and by every peer that is installed, each on one thread
and in turns, so that noise of the machine meets all alike. A figure is the median over the turns,
in processor time of the calling thread (nothing runs on another): on a machine that is busy with
other things, the clock on the wall would mostly measure those.
"""

from __future__ import annotations

import os

# Before NumPy is loaded: BLAS reads it once.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import argparse
import math
import threading
import time
import tracemalloc
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from app.numerics import FloatArray
from app.numerics.workspace import WORKSPACE_FLOOR
from tests.benchmarks.engine_grid import Cell, grid
from tests.benchmarks.engine_peers import Peer, Runner, engine, installed

TARGETS = {"PyTorch": 0.45, "SciPy": 0.25, "ONNX Runtime": 0.9, "OpenCV": 1.5}
WORST = 4.0
MEMORY = 4.0
"""Peak memory at most, over input and output, unless the workspace is as small as the floor."""
WORST_SHOWN = 8
BURST_SECONDS = 0.004
PAUSE_SECONDS = 0.02
SLOW_SECONDS = 0.5
"""A peer that takes longer is timed once."""
MOST_TURNS = 41


@dataclass(frozen=True)
class Figures:
    """What was measured of one cell.

    Attributes
    ----------
    seconds : float
        Of our call when warm.
    first_seconds, paused_seconds : float
        Of our first call in a new thread, and of a call after a pause.
    memory : float
        Our peak of fresh memory in a new thread, over the bytes of input and output: of the
        largest layer where there are several.
    workspace : int
        What of it is neither input nor output, in bytes.
    ratios : dict
        Our time over each peer's.
    """

    seconds: float
    first_seconds: float
    paused_seconds: float
    memory: float
    workspace: int
    ratios: dict[str, float]


def measure(cell: Cell, peers: dict[str, Peer], *, seconds: float) -> Figures:
    """Measure one cell, spending about `seconds` on it."""
    run = engine(cell)
    first_seconds, memory, workspace = _in_new_thread(run, cell)
    runners: dict[str, Runner] = {"": run}
    slow: dict[str, float] = {}
    for name, peer in peers.items():
        runner = peer(cell)
        if runner is None:
            continue
        start = time.thread_time()
        answer = runner()
        spent = time.thread_time() - start
        _check_agreement(cell, name, run(), answer)
        if spent < SLOW_SECONDS:
            runners[name] = runner
        else:
            slow[name] = spent
    calls = {
        name: max(1, int(BURST_SECONDS / _burst(runner, 1))) for name, runner in runners.items()
    }
    turns: dict[str, list[float]] = defaultdict(list)
    stop = time.perf_counter() + seconds
    while len(turns[""]) < 3 or (time.perf_counter() < stop and len(turns[""]) < MOST_TURNS):
        for name, runner in runners.items():
            turns[name].append(_burst(runner, calls[name]))
    pauses = []
    for _ in range(3):
        time.sleep(PAUSE_SECONDS)
        pauses.append(_burst(run, 1))
    return Figures(
        seconds=median(turns[""]),
        first_seconds=first_seconds,
        paused_seconds=median(pauses),
        memory=memory,
        workspace=int(workspace),
        ratios={
            name: median(own / other for own, other in zip(turns[""], turns[name], strict=True))
            for name in runners
            if name
        }
        | {name: median(turns[""]) / spent for name, spent in slow.items()},
    )


def _burst(runner: Runner, calls: int) -> float:
    """Time some calls in a row, in seconds per call."""
    start = time.thread_time()
    for _ in range(calls):
        runner()
    return (time.thread_time() - start) / calls


def _in_new_thread(run: Runner, cell: Cell) -> list[float]:
    """Time the first call of a thread, and weigh that of another: both start without buffers."""
    results: list[float] = []
    maps = [cell.picture(), *cell.run(cell.picture())]
    given = max(before.nbytes + after.nbytes for before, after in pairwise(maps))
    picture = maps[0].nbytes  # was there before
    del maps

    def timed() -> None:
        results.append(_burst(run, 1))

    def weighed() -> None:
        tracemalloc.start()
        run()
        peak = tracemalloc.get_traced_memory()[1] + picture
        tracemalloc.stop()
        results.extend((peak / given, peak - given))

    for job in (timed, weighed):
        thread = threading.Thread(target=job)
        thread.start()
        thread.join()
    return results


def _check_agreement(cell: Cell, name: str, own: FloatArray, other: Any) -> None:
    """Refuse to compare times of different results."""
    expected = np.asarray(other).reshape(np.shape(own))
    scale = float(np.abs(expected).max()) or 1.0
    if not np.allclose(own, expected, rtol=0, atol=2e-5 * scale):
        worst = float(np.abs(own - expected).max())
        raise SystemExit(f"{cell.group} {cell.name}: {name} differs from us by {worst}")


def geometric_mean(values: list[float]) -> float:
    """Average ratios."""
    return math.exp(sum(math.log(value) for value in values) / len(values))


def _print_header(peers: dict[str, Peer]) -> None:
    columns = "".join(f"{name:>14}" for name in peers)
    print(
        f"{'cell':<40}{'ours ms':>10}{columns}{'fastest':>9}"
        f"{'memory':>8}{'first ms':>10}{'paused':>8}"
    )


def _print_row(cell: Cell, figures: Figures, peers: dict[str, Peer]) -> None:
    ratios = "".join(
        f"{figures.ratios[name]:>14.2f}" if name in figures.ratios else f"{'·':>14}"
        for name in peers
    )
    worst = f"{max(figures.ratios.values()):>9.2f}" if figures.ratios else f"{'·':>9}"
    print(
        f"{cell.group + '  ' + cell.name:<40}{figures.seconds * 1e3:>10.3f}{ratios}{worst}"
        f"{figures.memory:>8.1f}{figures.first_seconds * 1e3:>10.3f}"
        f"{figures.paused_seconds * 1e3:>8.3f}",
        flush=True,
    )


def _print_verdict(table: list[tuple[Cell, Figures]], missing: list[str]) -> None:
    """Print the means beside the targets, and the cells beyond them."""
    print("\nGeometric mean of our time over each peer's (below 1: we are faster)")
    groups: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for cell, figures in table:
        for name, ratio in figures.ratios.items():
            groups["all cells"][name].append(ratio)
            groups[cell.group][name].append(ratio)
    for group, by_peer in groups.items():
        means = (f"{name} {geometric_mean(ratios):.2f}" for name, ratios in by_peer.items())
        print(f"  {group:<16}{'   '.join(means)}")
    print("\nAgainst the targets")
    for name, target in TARGETS.items():
        if name not in groups["all cells"]:
            continue
        ratios = groups["all cells"][name]
        mean = geometric_mean(ratios)
        verdict = "met" if mean <= target else "MISSED"
        print(f"  {name:<14}{mean:.2f}  target {target}  over {len(ratios)} cells: {verdict}")
    worst = sorted(
        ((*max((r, name) for name, r in f.ratios.items()), c) for c, f in table if f.ratios),
        key=lambda entry: -entry[0],
    )
    count = sum(ratio > WORST for ratio, _, _ in worst)
    print(f"  over {WORST:g} times the fastest peer: {count} cells: {'MISSED' if count else 'met'}")
    for ratio, name, cell in worst[:WORST_SHOWN]:
        print(f"    {ratio:.1f}  {cell.group} {cell.name} ({name})")
    _print_memory(table)
    first = geometric_mean([f.first_seconds / f.seconds for _, f in table])
    paused = geometric_mean([f.paused_seconds / f.seconds for _, f in table])
    print(f"  first call of a thread {first:.1f} times the warm time, after a pause {paused:.1f}")
    if missing:
        print(f"  not installed, so not compared: {', '.join(missing)}")


def _print_memory(table: list[tuple[Cell, Figures]]) -> None:
    """Print the peaks beside their limit."""
    floor = 1.1 * WORKSPACE_FLOOR  # and a little for the plan
    heavy = [(c, f) for c, f in table if f.memory > MEMORY and f.workspace > floor]
    small = [(c, f) for c, f in table if f.memory > MEMORY and f.workspace <= floor]
    mean = geometric_mean([f.memory for _, f in table])
    print(f"  peak memory {mean:.1f} times input and output on average; over {MEMORY:g} times:")
    for title, cells in (("MISSED", heavy), (f"under {floor / 1024:.0f} kB in all", small)):
        shown = (f"{c.group} {c.name} {f.memory:.1f}, {f.workspace >> 10} kB" for c, f in cells)
        print(f"    {title}: {'; '.join(shown) or 'none'}")


def main() -> None:
    """Measure the grid and print it side by side."""
    parser = argparse.ArgumentParser(description="The engine beside its peers, on one thread.")
    parser.add_argument("--only", default="", help="only cells whose group and name contain this")
    parser.add_argument("--seconds", type=float, default=1.5, help="per cell, about")
    arguments = parser.parse_args()
    cells = [cell for cell in grid() if arguments.only in f"{cell.group} {cell.name}"]
    if not cells:
        parser.error(f"no cell has {arguments.only!r} in its group and name")
    peers, missing = installed()
    print(f"NumPy {np.__version__}, one thread, float32; ratios are our time over the peer's.")
    _print_header(peers)
    table = []
    for cell in cells:
        figures = measure(cell, peers, seconds=arguments.seconds)
        table.append((cell, figures))
        _print_row(cell, figures, peers)
    _print_verdict(table, missing)


if __name__ == "__main__":
    main()
