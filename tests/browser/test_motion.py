"""Less motion for those who ask for it, and no work for those who do not look."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import gestures
from tests.browser.explorer import Explorer, OpenExplorer

# Where the window's first cell stands, in cells, at every repaint of its box.
_FOLLOW_BOX = """
(host) => {
  const box = host.shadowRoot.querySelector(".column.source .box.source:not(.dashed)");
  const frame = box.parentElement;
  host.placesSeen = [];
  new MutationObserver(() => {
    const [inner, outer] = [box.getBoundingClientRect(), frame.getBoundingClientRect()];
    const cell = outer.width / 96;
    const middle = (start, length) => (start + length / 2) / cell - 1.5;
    host.placesSeen.push([
      middle(inner.top - outer.top, inner.height), middle(inner.left - outer.left, inner.width),
    ]);
  }).observe(box, { attributes: true, attributeFilter: ["style"] });
}
"""


def test_reduced_motion_starts_paused_and_never_glides(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer(reduced_motion="reduce")
    expect(explorer.play_button()).to_have_accessible_name("Play")
    gestures.keys(explorer, "2", "Home")
    explorer.element().evaluate(_FOLLOW_BOX)
    gestures.go_to(explorer, 0, 2, 94)
    explorer.play()
    explorer.page.wait_for_function(
        "() => document.querySelector('conv-visualizer').placesSeen.length > 4"
    )
    explorer.pause()
    seen = explorer.element().evaluate("host => host.placesSeen")
    between = [place for place in seen if any(abs(part - round(part)) > 0.2 for part in place)]
    assert not between, "the box stands between cells"


def test_the_window_glides_for_everybody_else(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer()
    explorer.pause()
    gestures.keys(explorer, "1")
    gestures.go_to(explorer, 0, 2, 94)
    explorer.element().evaluate(_FOLLOW_BOX)
    explorer.play()
    explorer.page.wait_for_function(
        """() => document.querySelector("conv-visualizer").placesSeen
          .some(([, left]) => Math.abs(left - Math.round(left)) > 0.25)"""
    )


def test_asking_for_less_motion_pauses_at_once(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer()
    explorer.play()
    expect(explorer.play_button()).to_have_accessible_name("Pause")
    explorer.page.emulate_media(reduced_motion="reduce")
    expect(explorer.play_button()).to_have_accessible_name("Play")


def test_nothing_is_animated_once_it_is_paused(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer()
    explorer.pause()
    explorer.two_frames()
    frames = explorer.page.evaluate(
        """() => new Promise((done) => {
          const original = globalThis.requestAnimationFrame;
          let asked = 0;
          globalThis.requestAnimationFrame = (callback) => {
            asked += 1;
            return original(callback);
          };
          setTimeout(() => { globalThis.requestAnimationFrame = original; done(asked); }, 400);
        })"""
    )
    assert frames == 0, "the loop sleeps when nothing changes"


def test_the_clock_stops_out_of_sight(open_explorer: OpenExplorer) -> None:
    explorer: Explorer = open_explorer()
    explorer.play()
    explorer.page.evaluate(
        """() => {
          const space = document.createElement("div");
          space.style.height = "4000px";
          document.body.append(space);
          window.scrollTo(0, 3900);
        }"""
    )
    explorer.page.wait_for_function(
        """() => document.querySelector("conv-visualizer").getBoundingClientRect().bottom < 0"""
    )
    explorer.two_frames()
    explorer.two_frames()
    before = gestures.painted(explorer)
    explorer.page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    assert gestures.painted(explorer) == before
    explorer.page.evaluate("() => window.scrollTo(0, 0)")
    explorer.page.wait_for_function(
        """(before) => Number(document.querySelector("conv-visualizer").shadowRoot
          .querySelector(".transport-count").textContent.split(" of ")[0].replace(",", "")) > before
        """,
        arg=before,
    )
