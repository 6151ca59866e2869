"""Measure the page in Chromium against its budgets: ``make bench-browser``.

A server of this checkout on loopback, a new browser context (cold cache) per load, no GPU,
medians. Every measure is independent: one that cannot be taken is reported as such and the rest
go on. What the peers need is printed beside each; it was measured once, on a machine of the same
kind, with the same way of measuring.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

from tests.browser.explorer import READY_MARK, Explorer
from tests.browser.launch import chromium
from tests.browser.screens import DESKTOP
from tests.browser.server import LiveServer
from tests.browser.watch import Watch

PROBES = Path(__file__).with_name("browser_probes.js")
FRAME_MS = 1000 / 60
# Requests begun before the first scene was drawn, the page itself included.
TRAFFIC_UNTIL = """(ready) => {
  const entries = [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource"),
  ].filter((entry) => entry.startTime < ready && !entry.name.startsWith("data:"));
  const bytes = entries.reduce((sum, entry) => sum + entry.transferSize, 0);
  return { bytes, requests: entries.length };
}"""
LOAD_MS = 3000
EMBED = "/embed?image=camera&kernel=sobel-x&stride=2"
PLAY_MS = 4000
HOVERS = 40
EDITS = 30

PEER_USABLE = "CNN Explainer 2,700, nn_vis 3,100, Playground 740, Image Kernels 680, conv-vis 220"
PEER_BYTES = "CNN Explainer 7,700, Image Kernels 800, nn_vis 800, Playground 330, conv-vis 110"
PEER_SLIDE = "CNN Explainer 16 a second, 72 % dropped; nn_vis 2-5 a second"
PEER_HOVER = "CNN Explainer 160, Image Kernels 16"
PEER_EDIT = "Image Kernels 31 (one map), CNN Explainer 820 (other picture)"


@dataclass(frozen=True)
class Row:
    """One line of the table; ``value`` is None when it could not be measured."""

    name: str
    unit: str
    value: float | None
    budget: float
    peers: str = ""
    is_minimum: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the value keeps the budget."""
        if self.value is None:
            return "not measured"
        kept = self.value >= self.budget if self.is_minimum else self.value <= self.budget
        return "ok" if kept else "OVER" if not self.is_minimum else "UNDER"


class Bench:
    """A browser and a server, and how to open a measured page."""

    def __init__(self, browser: Browser, server: LiveServer, *, runs: int) -> None:
        self.browser = browser
        self.server = server
        self.runs = runs

    @contextmanager
    def page(self) -> Iterator[Page]:
        """Make an empty page with a cold cache and the probes in it."""
        # The probes are not the page's own code, so its content policy must not stop them.
        context = self.browser.new_context(viewport=DESKTOP, bypass_csp=True)
        try:
            context.set_default_timeout(15_000)
            context.add_init_script(path=PROBES)
            yield context.new_page()
        finally:
            context.close()

    @contextmanager
    def visit(self) -> Iterator[Explorer]:
        """Open the explorer."""
        with self.page() as page:
            yield Explorer(page, Watch(page), self.server.url).open()


def load_rows(bench: Bench) -> list[Row]:
    """Measure how soon the first scene is drawn, and what that costs."""
    loads = [one_load(bench) for _ in range(bench.runs)]
    median = {name: statistics.median(load[name] for load in loads) for name in loads[0]}
    return [
        Row("usable: every map of the first scene drawn", "ms", median["ready"], 500, PEER_USABLE),
        Row("on the wire until then", "kB", median["bytes"] / 1000, 350, PEER_BYTES),
        Row("requests until then", "", median["requests"], 45, "CNN Explainer 42"),
        Row("long tasks in total", "ms", median["long"], 100, "CNN Explainer 2,200"),
        Row("JavaScript heap after collection", "MB", median["heap"] / 1e6, 12),
    ]


def one_load(bench: Bench) -> dict[str, float]:
    """Load the page once, cold."""
    with bench.page() as page:
        # Nothing asks the page how far it is, and nobody is told of its requests: on two
        # processors that took a third of the time measured.
        page.goto(bench.server.url, wait_until="commit")
        page.wait_for_timeout(LOAD_MS)
        ready = page.evaluate("name => performance.getEntriesByName(name)[0].startTime", READY_MARK)
        # What is fetched after the first picture is not waited for, however soon it begins.
        until_ready = page.evaluate(TRAFFIC_UNTIL, ready)
        long = page.evaluate("() => probes.longTasks.reduce((sum, task) => sum + task.duration, 0)")
        return {**until_ready, "ready": ready, "long": long, "heap": heap_of(page)}


def embed_rows(bench: Bench) -> list[Row]:
    """Measure what an embed in somebody's page costs up to its first picture."""
    loads = [one_embed(bench) for _ in range(bench.runs)]
    median = {name: statistics.median(load[name] for load in loads) for name in loads[0]}
    return [
        Row("embed: its map drawn", "ms", median["ready"], 500),
        Row("embed: on the wire until then", "kB", median["bytes"] / 1000, 250, PEER_BYTES),
        Row("embed: requests until then", "", median["requests"], 45),
    ]


def one_embed(bench: Bench) -> dict[str, float]:
    """Load an embed in a frame of a page on another origin, once, cold."""
    with bench.page() as page:
        page.goto(bench.server.url + EMBED, wait_until="commit")
        page.wait_for_timeout(LOAD_MS)
        ready = page.evaluate("name => performance.getEntriesByName(name)[0].startTime", READY_MARK)
        return {**page.evaluate(TRAFFIC_UNTIL, ready), "ready": ready}


def heap_of(page: Page) -> float:
    """Bytes of JavaScript objects that are still in use."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize"))


def slide_rows(bench: Bench, *, size: int) -> list[Row]:
    """Measure frames while the window slides at 16x."""
    with bench.visit() as explorer:
        if size != 96:
            explorer.choose_size(size)
        explorer.page.keyboard.press("Home")
        explorer.region("Bench").focus()
        explorer.page.keyboard.press("5")
        explorer.play()
        explorer.page.wait_for_timeout(500)
        deltas = explorer.page.evaluate("duration => probes.frames(duration)", PLAY_MS)
    rate = 1000 * len(deltas) / sum(deltas)
    missed = sum(max(0, round(delta / FRAME_MS) - 1) for delta in deltas)
    dropped = 100 * missed / (missed + len(deltas))
    name = f"sliding at 16x on {size} x {size}"
    return [
        Row(f"{name}: frames", "/s", rate, 59.5, PEER_SLIDE, is_minimum=True),
        Row(f"{name}: dropped", "%", dropped, 1, PEER_SLIDE),
    ]


def floor_rows(bench: Bench) -> list[Row]:
    """Measure the least that the hover measurement can show."""
    with bench.page() as page:
        page.goto(f"{bench.server.url}/healthz")
        page.evaluate("() => probes.watchFloor()")
        times = move_about(page, left=100, top=100, side=200)
    note = "one rectangle and one text, measured the same way"
    return [Row("(floor of the next line)", "ms", statistics.median(times), 16, note=note)]


def hover_rows(bench: Bench) -> list[Row]:
    """Measure from a pointer event to the painted arithmetic of the cell under it."""
    with bench.visit() as explorer:
        explorer.pause()
        explorer.page.wait_for_timeout(700)
        box = explorer.result_canvas().bounding_box()
        if box is None:
            raise Error("the result map has no box")
        explorer.element().evaluate("element => probes.watchText(element, 'pointermove')")
        side = 0.8 * min(box["width"], box["height"])
        times = move_about(explorer.page, left=box["x"] + 8, top=box["y"] + 8, side=side)
    return [
        Row("hover to painted arithmetic", "ms", statistics.median(times), 16, PEER_HOVER),
        Row("    95th percentile", "ms", percentile(times, 95), 33, PEER_HOVER),
    ]


def move_about(page: Page, *, left: float, top: float, side: float) -> list[float]:
    """Move the pointer from place to place and collect the times that the probes noted."""
    for index in range(HOVERS):
        page.mouse.move(
            left + side * ((index * 37 % HOVERS) / HOVERS),
            top + side * ((index * 17 % HOVERS) / HOVERS),
        )
        # Not a multiple of a frame, so that events fall anywhere between two frames.
        page.wait_for_timeout(83)
    return noted(page, least=HOVERS // 2)


def edit_rows(bench: Bench, *, size: int, budget_ms: float, worst_ms: float) -> list[Row]:
    """Measure from a key press on a weight to all maps repainted."""
    with bench.visit() as explorer:
        if size != 96:
            explorer.choose_size(size)
        explorer.pause()
        explorer.page.wait_for_timeout(700)
        explorer.first_weight().focus()
        explorer.element().evaluate("element => probes.watchRepaint(element, 'keydown')")
        for index in range(EDITS):
            explorer.page.keyboard.press("-" if index % 4 > 1 else "+")
            explorer.page.wait_for_timeout(217)
        times = noted(explorer.page, least=EDITS // 2)
    name = f"weight edited to all maps repainted, {size} x {size}"
    return [
        Row(name, "ms", statistics.median(times), budget_ms, PEER_EDIT),
        Row("    95th percentile", "ms", percentile(times, 95), worst_ms, PEER_EDIT),
    ]


def noted(page: Page, *, least: int) -> list[float]:
    """Take the times that the probes have noted."""
    times: list[float] = page.evaluate("() => probes.samples.painted")
    if len(times) < least:
        raise Error(f"only {len(times)} answers to the input events were seen")
    return times


def percentile(values: list[float], share: int) -> float:
    """Take a percentile, without interpolation to values that never occurred."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


MEASURES: dict[str, Callable[[Bench], list[Row]]] = {
    "load": load_rows,
    "embed": embed_rows,
    "slide": lambda bench: slide_rows(bench, size=96),
    "slide-384": lambda bench: slide_rows(bench, size=384),
    "floor": floor_rows,
    "hover": hover_rows,
    "edit": lambda bench: edit_rows(bench, size=96, budget_ms=40, worst_ms=80),
    "edit-384": lambda bench: edit_rows(bench, size=384, budget_ms=200, worst_ms=400),
}


def measure(bench: Bench, names: list[str]) -> list[Row]:
    """Take the named measures; a failed one becomes a row that says why."""
    rows: list[Row] = []
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            rows += MEASURES[name](bench)
        except Error as error:
            reason = str(error).strip().splitlines()[0]
            rows.append(Row(name, "", None, 0, note=reason))
    return rows


def print_table(rows: list[Row]) -> None:
    """Print the rows with their budgets and what the peers need."""
    print(f"{'measure':56} {'ours':>9} {'budget':>10}  {'':12}  peers, same unit")
    for row in rows:
        ours = "-" if row.value is None else f"{row.value:,.1f}"
        sign = "" if row.value is None else ("≥ " if row.is_minimum else "≤ ") + f"{row.budget:g}"
        tail = row.note or row.peers
        print(f"{row.name:56} {ours:>9} {sign:>7} {row.unit:2}  {row.verdict:12}  {tail}")


def main() -> int:
    """Measure and print; the exit code is 0 whatever the figures say, unless ``--strict``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="loads with a cold cache (5)")
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), default=list(MEASURES))
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    parser.add_argument("--strict", action="store_true", help="fail when a budget is not kept")
    options = parser.parse_args()
    with LiveServer() as server, chromium() as browser:
        print(f"Chromium {browser.version}, headless, loopback, median of {options.runs} loads")
        load = os.getloadavg()[0]
        print(f"{os.cpu_count()} processors; load {load:.1f} before measuring (should be near 0)")
        rows = measure(Bench(browser, server, runs=options.runs), options.only)
    print_table(rows)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2))
    return int(options.strict and any(row.verdict != "ok" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
