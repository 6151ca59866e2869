"""docs/embedding.md: every snippet is what the page writes, and works; every name in it exists."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from app import sphinx_extension
from app.images.samples import Samples
from app.resources import folder
from app.scenes.address import read_address
from app.scenes.parameters import PARAMETERS
from app.settings import Settings
from tests.embedding_guide import (
    guide,
    guide_snippets,
    notebook_output,
    other_blocks,
    refreshed,
    run_command,
    shown_snippets,
)
from tests.html_tags import Tags
from tests.sphinx_book import build, write_book

SERVER = "https://kernelscope.example.org"


def section(title: str) -> str:
    """Cut out what stands below a heading."""
    return guide().partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def table(title: str, column: str) -> dict[str, str]:
    """Give the rows of the table of a section whose first column has this head."""
    found = re.search(rf"^\| {re.escape(column)} \|.*?(?=\n\n)", section(title), re.M | re.S)
    assert found, f"{title} has no table of {column}s"
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", found[0], re.MULTILINE)
    return dict(rows)


def test_the_guide_shows_what_the_page_writes() -> None:
    assert guide() == refreshed(guide()), "stale; write it again: python -m tests.embedding_guide"


def test_every_snippet_of_the_page_is_in_the_guide() -> None:
    assert shown_snippets(guide()) == guide_snippets()


def test_no_code_of_the_guide_goes_untested() -> None:
    # The command of the server's section, tested below; the script of the last one, in a browser.
    assert [language for language, _ in other_blocks(guide())] == ["sh", "html"]


def test_a_link_within_the_guide_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", guide(), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", guide())) <= anchors


def test_the_parameters_of_the_guide_are_those_of_the_address() -> None:
    public = {parameter.name for parameter in PARAMETERS if parameter.is_public}
    rows = table("Parameters", "parameter")
    assert rows.keys() <= public
    assert public - rows.keys() <= {"color", "seed"}, "for the whole table there is addresses.md"


def test_the_examples_of_the_parameters_can_be_used() -> None:
    samples = Samples(folder("sample_images"))
    for name, row in table("Parameters", "parameter").items():
        for example in re.findall(r"`([^`]+)`", row.split("|")[0]):
            reading = read_address(f"?kernel=sobel-x&{name}={example}", samples=samples)
            assert reading.notes == (), name


def test_every_option_of_the_directive_is_in_the_guide() -> None:
    own = set(sphinx_extension.KernelscopeDirective.option_spec)
    assert table("Sphinx", "option").keys() == own - set(sphinx_extension.address_names())


def test_every_setting_of_the_directive_is_in_the_guide_with_its_default() -> None:
    code = Path(sphinx_extension.__file__).read_text(encoding="utf-8")
    names = set(re.findall(r'add_config_value\("(\w+)"', code))
    rows = table("Sphinx", "in `conf.py`")
    assert rows.keys() == names
    assert str(sphinx_extension.DEFAULT_HEIGHT) in rows["kernelscope_height"].split("|")[0]


def test_the_settings_of_the_guide_are_those_of_the_server() -> None:
    named = set(re.findall(r"KERNELSCOPE_(\w+)", guide()))
    assert named >= {"EMBED_FRAME_ANCESTORS", "PUBLIC_URL"}
    assert named <= {name.upper() for name in Settings.model_fields}


def test_the_command_of_the_server_sets_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    command = other_blocks(guide())[0][1]
    for name, value in re.findall(r'^(KERNELSCOPE_\w+)="?([^"\n]+?)"? \\$', command, re.MULTILINE):
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.public_url == SERVER
    assert settings.embed_frame_ancestors == "https://moodle.example.org https://*.example.edu"


def test_the_directives_of_the_guide_build_a_book(tmp_path: Path) -> None:
    snippets = guide_snippets()
    conf = snippets["sphinx, Once, in conf.py"] + '\nextensions.append("myst_parser")\n'
    documents = {
        "index_rst": f"Page\n====\n\n{snippets['sphinx']}\n\n.. toctree::\n\n   more\n",
        "more_md": f"# Page\n\n{snippets['myst']}\n",
    }
    built = build(write_book(tmp_path, conf, **documents), "html")
    assert built.warnings == ""
    expected = Tags(snippets["html"]).named("conv-visualizer-frame")
    for page in ("index.html", "more.html"):
        frames = Tags(built.text(page)).named("conv-visualizer-frame")
        assert [frame | {"class": ""} for frame in frames] == [
            frame | {"class": ""} for frame in expected
        ]


def test_a_link_of_the_guide_is_a_directive_too(tmp_path: Path) -> None:
    (directive,) = re.findall(r"`(\.\. kernelscope:: http[^`]+)`", section("Sphinx"))
    conf = guide_snippets()["sphinx, Once, in conf.py"]
    built = build(write_book(tmp_path, conf, index_rst=f"Page\n====\n\n{directive}\n"), "html")
    assert built.warnings == ""
    frame = Tags(built.text("index.html")).named("conv-visualizer-frame")[0]
    assert (frame["image"], frame["kernel"], frame["stride"]) == ("camera", "sobel-x", "2")


def test_the_notebook_cell_of_the_guide_shows_the_frame() -> None:
    (frame,) = Tags(notebook_output(guide_snippets()["jupyter"])).named("iframe")
    (plain,) = Tags(guide_snippets()["moodle"]).named("iframe")
    assert {**frame, "style": ""} == {**plain, "style": "", "frameborder": "0"}


def test_the_commands_of_the_guide_write_the_file_and_the_package(tmp_path: Path) -> None:
    for name in ("file", "file, SCORM package"):
        run_command(guide_snippets()[name], tmp_path)
    page = (tmp_path / "camera-sobel-x.html").read_bytes()
    assert len(page) < 1_500_000
    with zipfile.ZipFile(tmp_path / "camera-sobel-x.zip") as package:
        assert "imsmanifest.xml" in package.namelist()
        assert page in [package.read(name) for name in package.namelist()]
