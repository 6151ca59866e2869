"""What is written about addresses is what reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.scenes.address import read_address
from app.scenes.documentation import kernel_list, parameter_table
from app.scenes.parameters import PARAMETERS, AddressParameter
from tests.golden_addresses import samples

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "addresses.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
LINKS = re.findall(r"^https://kernelscope\.example\.org(/\S*)$", TEXT, re.MULTILINE)


def test_the_table_of_the_documentation_is_the_table_that_reads_addresses() -> None:
    written = re.search(
        r"<!-- parameters.*?-->\n(.*?)\n<!-- end of parameters -->", TEXT, re.DOTALL
    )
    assert written is not None
    hint = "write it again: python -m tools.addresses"
    assert written[1] == parameter_table(), f"docs/addresses.md is stale; {hint}"


def test_the_documentation_names_every_kernel() -> None:
    assert f"Kernels: {kernel_list()}." in TEXT


@pytest.mark.parametrize("entry", PARAMETERS, ids=lambda entry: entry.name)
def test_the_example_of_a_parameter_can_be_read(entry: AddressParameter) -> None:
    reading = read_address(f"?{entry.name}={entry.example}", samples=samples())
    assert reading.notes == ()


@pytest.mark.parametrize("entry", PARAMETERS, ids=lambda entry: entry.name)
def test_the_default_of_a_parameter_means_the_same_as_leaving_it_out(
    entry: AddressParameter,
) -> None:
    if entry.default is None:
        return
    base = "?kernel=emboss" if entry.part == "recipe" else "?"
    with_default = read_address(f"{base}&{entry.name}={entry.default}", samples=samples())
    without = read_address(base, samples=samples())
    assert with_default.notes == ()
    assert with_default.scene.controls == without.scene.controls
    view = {**with_default.scene.view}
    for name, usual in (
        ("speed", 4),
        ("theme", "auto"),
        ("controls", list(without.scene.controls)),
    ):
        if view.get(name) == usual:
            del view[name]
    assert view == without.scene.view


@pytest.mark.parametrize("link", LINKS)
def test_a_link_of_the_documentation_opens_its_scene(link: str) -> None:
    reading = read_address(link, samples=samples())
    assert reading.notes == ()


def test_the_note_of_the_documentation_is_the_one_that_is_shown() -> None:
    (note,) = read_address("?stride=banana", samples=samples()).notes
    quote = " ".join(line.removeprefix("> ") for line in TEXT.splitlines() if line.startswith("> "))
    assert quote == note
