"""Links that were given away open for ever at the same scene.

``tests/fixtures/links.json`` holds links of every version of the address. Lines are added to it
when the address learns something; none is ever changed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
import pytest

from app.scenes.address import read_address, write_address
from app.scenes.fragment import FRAGMENT_VERSION
from app.scenes.parameters import ADDRESS_VERSION, PARAMETERS
from app.scenes.recipes import simplified
from tests.golden import FOLDER
from tests.golden_addresses import samples


@cache
def links() -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = orjson.loads((FOLDER / "links.json").read_bytes())
    return kept


@pytest.mark.parametrize("kept", links(), ids=lambda kept: str(kept["link"])[:60])
def test_an_old_link_opens_at_the_same_scene(kept: dict[str, Any]) -> None:
    reading = read_address(kept["link"], samples=samples())
    assert reading.notes == ()
    assert simplified(reading.scene.recipe) == kept["recipe"]
    assert reading.scene.view == kept["view"]


@pytest.mark.parametrize("kept", links(), ids=lambda kept: str(kept["link"])[:60])
def test_a_link_written_anew_opens_at_the_same_scene(kept: dict[str, Any]) -> None:
    scene = read_address(kept["link"], samples=samples()).scene
    link = write_address(scene, base="https://example.org/", samples=samples())
    again = read_address(link, samples=samples())
    assert again.notes == ()
    assert simplified(again.scene.recipe) == kept["recipe"]
    assert again.scene.view == kept["view"]


def test_links_of_every_version_are_kept() -> None:
    versions = {kept["version"] for kept in links()}
    assert versions == set(range(1, max(ADDRESS_VERSION, FRAGMENT_VERSION) + 1))


def test_every_parameter_is_in_a_link_that_is_kept() -> None:
    kept = " ".join(entry["link"] for entry in links())
    named = {entry.name for entry in PARAMETERS}
    missing = [name for name in named if f"?{name}=" not in kept and f"&{name}=" not in kept]
    assert missing == []
