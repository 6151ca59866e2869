"""What the element offers the page around it: attributes, properties and events."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.pipeline.defaults import default_recipe
from tests.browser import gestures
from tests.browser.engine import maps_of
from tests.browser.explorer import Explorer, OpenExplorer

_LISTEN = """
(element) => {
  window.told = [];
  for (const type of ["stage-change", "step-change"]) {
    document.addEventListener(type, ({ detail }) => window.told.push([type, detail]));
  }
}
"""


def told(explorer: Explorer, kind: str) -> list[dict[str, Any]]:
    """Give what the page heard of one kind, and forget it."""
    explorer.two_frames()
    heard: list[tuple[str, dict[str, Any]]] = explorer.page.evaluate("window.told.splice(0)")
    return [detail for name, detail in heard if name == kind]


def test_another_stage_and_another_map_are_told_to_the_page(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    explorer.element().evaluate(_LISTEN)
    gestures.select(explorer, "Conv 1", 3)
    assert told(explorer, "stage-change") == [{"stage": "conv1", "map": 2}]
    gestures.select(explorer, "Pool 1", 3)
    assert told(explorer, "stage-change") == [{"stage": "pool1", "map": 2}]
    gestures.go_to(explorer, 2, 4, 47)
    assert told(explorer, "step-change")[-1] == {"row": 2, "column": 4}


def test_the_page_can_read_the_state_and_the_values(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    element = explorer.element()
    assert element.evaluate("(it) => it.state.selection") == {"stage": "conv1", "map": 0}
    values = element.evaluate("(it) => [...it.values('conv1', 0)]")
    expected = maps_of(default_recipe())["conv1"][0]
    assert np.array_equal(np.float32(values), expected.ravel())
    assert element.evaluate("(it) => it.values('conv1', 99)") is None
