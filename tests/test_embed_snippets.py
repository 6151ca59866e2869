"""Whatever a scene and its title hold, every host reads them as texts: with the hosts' parsers."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import yaml  # type: ignore[import-untyped]
from markdown_it import MarkdownIt

from tests.embedding_guide import Case, cases
from tests.html_tags import Tags
from tests.sphinx_book import build, write_book

SERVER = "https://kernelscope.example.org"
DEFAULT_TITLE = "Kernelscope: a filter slides over a picture"
HTML = (
    "html",
    "html, Without a script",
    "moodle",
    "wordpress, Custom HTML block",
    "myst, Any Markdown page",
    "mkdocs",
    "mkdocs, Docusaurus",
    "reveal",
    "file, Beside your page",
)

each_case = pytest.mark.parametrize("case", cases(), ids=range(len(cases())))


def one_line(text: str) -> str:
    """Write a text as the page does before it quotes it."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufeff]+", " ", text).strip()


def values(query: str) -> dict[str, str]:
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    return {name: one_line(text) for name, text in pairs}


def title(case: Case) -> str:
    # Half characters are dropped; the case holds U+FFFD where they were.
    return one_line(case.title.replace("\ufffd", "")) or DEFAULT_TITLE


def assert_leads_to_the_scene(url: str, case: Case) -> None:
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{SERVER}/embed"
    assert values(parts.query) == values(case.search)


@each_case
@pytest.mark.parametrize("name", HTML)
def test_html_holds_one_frame_with_the_title_and_the_scene(case: Case, name: str) -> None:
    if name not in case.snippets:
        assert name.startswith("wordpress"), "only a link too long for WordPress has no second"
        return
    tags = Tags(case.snippets[name].replace("style={{border: 0}}", ""))
    (frame,) = tags.named("iframe") or tags.named("conv-visualizer-frame")
    assert len(tags.found) == (2 if "script" in case.snippets[name][:10] or name == "reveal" else 1)
    assert frame.pop("title") == title(case)
    address = frame.get("src") or frame.get("data-src")
    if address is None:
        frame.pop("state", None)
        assert frame == values(case.search)
    elif name.startswith("file"):
        assert re.fullmatch(r"[a-z0-9-]+\.html", address)
    else:
        assert_leads_to_the_scene(address, case)


@each_case
def test_markdown_passes_the_frame_on_as_it_is(case: Case) -> None:
    for name in ("myst, Any Markdown page", "mkdocs"):
        code = case.snippets[name]
        assert (
            MarkdownIt("commonmark").render(code).replace("<p>", "").replace("</p>", "").strip("\n")
            == code
        )


@each_case
def test_quarto_reads_a_block_of_html(case: Case) -> None:
    (fence,) = MarkdownIt("commonmark").parse(case.snippets["quarto"])
    assert (fence.info, fence.content.strip()) == ("{=html}", case.snippets["html"])


@each_case
def test_mystmd_reads_the_address_and_that_of_its_picture(case: Case) -> None:
    (fence,) = MarkdownIt("commonmark").parse(case.snippets["myst, Jupyter Book 2, mystmd"])
    name, address = fence.info.split()
    assert name == "{iframe}"
    assert_leads_to_the_scene(address, case)
    options = dict(line.removeprefix(":").split(": ", 1) for line in fence.content.splitlines())
    assert options.keys() == {"width", "placeholder"}
    picture = urlsplit(options["placeholder"])
    assert (picture.path, picture.fragment) == ("/embed/poster.png", "")
    state = urlsplit(address).fragment
    given = {"state": unquote(state)} if state else {}
    assert values(picture.query) == values(case.search) | given


@each_case
def test_python_reads_the_address_and_the_attributes(case: Case) -> None:
    call = ast.parse(case.snippets["jupyter"]).body[-1]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert_leads_to_the_scene(ast.literal_eval(call.value.args[0]), case)
    given = {word.arg: ast.literal_eval(word.value) for word in call.value.keywords}
    (extra,) = given.pop("extras")
    assert Tags(f"<iframe {extra}>").named("iframe") == [{"title": title(case), "loading": "lazy"}]
    assert given.keys() == {"width", "height"}


@each_case
def test_a_shell_reads_one_command_with_the_address_as_one_word(case: Case) -> None:
    for name, option in (("file", "--html"), ("file, SCORM package", "--scorm")):
        words = shlex.split(case.snippets[name], comments=True)
        assert_leads_to_the_scene(words.pop(2), case)
        assert words[:5] == ["kernelscope", "export", "--layout", "embed", option]
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*\.(html|zip)", words[5])
        # No shell expands anything between these double quotes, cmd and PowerShell included.
        assert not re.search(r"[$`!\\'\n^|<>()*]", case.snippets[name])


@each_case
def test_yaml_and_python_read_the_server(case: Case) -> None:
    config = yaml.safe_load(case.snippets["myst, Once, in _config.yml"])
    assert config["sphinx"]["config"] == {"kernelscope_server": SERVER}
    assert config["sphinx"]["extra_extensions"] == ["app.sphinx_extension"]
    conf: dict[str, object] = {}
    exec(case.snippets["sphinx, Once, in conf.py"], {}, conf)
    assert conf == {"extensions": ["app.sphinx_extension"], "kernelscope_server": SERVER}


def test_sphinx_and_myst_read_every_title_and_report_nothing_else(tmp_path: Path) -> None:
    conf = f"""
extensions = ["app.sphinx_extension", "myst_parser"]
kernelscope_server = "{SERVER}"
suppress_warnings = ["kernelscope.address"]
"""
    rst = "\n\n".join(["Page\n====", *(case.snippets["sphinx"] for case in cases())])
    markdown = "\n\n".join(["# Page", *(case.snippets["myst"] for case in cases())])
    index = f"{rst}\n\n.. toctree::\n\n   more\n"
    built = build(write_book(tmp_path, conf, index_rst=index, more_md=markdown), "html")
    assert built.warnings == ""
    for page in ("index.html", "more.html"):
        frames = Tags(built.text(page)).named("conv-visualizer-frame")
        assert [frame["title"] for frame in frames] == [title(case) for case in cases()]
