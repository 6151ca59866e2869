"""The Sphinx directive: real builds of a small book in reStructuredText and MyST."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from app import sphinx_extension
from app.errors import InvalidRequest
from app.images.samples import Samples
from app.resources import folder
from app.scenes.address import write_address
from app.scenes.recipes import one_filter_recipe
from app.scenes.scene import Scene
from app.sphinx_extension import scene_picture
from tests.html_tags import Tags
from tests.sphinx_book import Built, build, write_book

SERVER = "https://kernelscope.example.org"
CONF = f"""
project = "Course"
author = "A. Teacher"
version = copyright = "2026"
extensions = ["app.sphinx_extension", "myst_parser"]
kernelscope_server = "{SERVER}"
numfig = True
"""
INDEX = """
Course
======

.. toctree::

   more

.. kernelscope::
   :image: camera
   :kernel: sobel_x
   :stride: 2
   :controls: preset stride
   :title: a "quoted" & <b> title: \\ ``x``
   :caption: An *edge* filter
   :name: edges

See :numref:`edges`.

.. kernelscope:: https://other.example.org/?image=camera&kernel=sobel-y
   :sample: coffee
"""
MORE = """# More

```{kernelscope}
:image: camera
:kernel: emboss
:title: "The camera: \\"Emboss\\""
:height: 400
:width: 80%
```
"""
ADDRESS = "?image=camera&kernel=sobel-x&stride=2&controls=preset,stride"
TITLE = 'a "quoted" & <b> title: \\ ``x``'


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    return write_book(folder, CONF, index_rst=INDEX, more_md=MORE)


@pytest.fixture(scope="module")
def pages(book: Path) -> Built:
    return build(book, "html")


@pytest.fixture(scope="module")
def latex(book: Path, pages: Built) -> Built:
    return build(book, "latex")


def test_a_good_book_is_built_without_a_warning(pages: Built, latex: Built) -> None:
    assert (pages.warnings, latex.warnings) == ("", "")


def test_html_gets_the_frame_element_with_the_scene_and_its_script(pages: Built) -> None:
    tags = Tags(pages.text("index.html"))
    assert tags.named("conv-visualizer-frame")[0] == {
        "image": "camera",
        "kernel": "sobel-x",
        "stride": "2",
        "controls": "preset,stride",
        "title": TITLE,
        "class": "kernelscope",
    }
    source = f"{SERVER}/static/embed.js"
    assert {"type": "module", "src": source} in tags.named("script")
    # Without scripts the link inside is what there is.
    assert f"{SERVER}/embed{ADDRESS}" in [link["href"] for link in tags.named("a")]


def test_a_caption_makes_a_numbered_figure_with_markup(pages: Built) -> None:
    page = pages.text("index.html")
    assert re.search(r'<figure[^>]*id="edges"', page)
    assert "An <em>edge</em> filter" in page
    assert re.search(r'href="#edges"><span[^>]*>Fig\. 1</span>', page)


def test_a_link_brings_its_server_and_an_option_comes_before_it(pages: Built) -> None:
    frame = Tags(pages.text("index.html")).named("conv-visualizer-frame")[1]
    assert "image" not in frame, "coffee is the picture of an address that names none"
    assert frame["kernel"] == "sobel-y"
    assert frame["title"] == "Sobel y over “Coffee cup”"
    assert "https://other.example.org/static/embed.js" in pages.text("index.html")


def test_a_height_makes_a_plain_frame_in_myst(pages: Built) -> None:
    tags = Tags(pages.text("more.html"))
    assert not tags.named("conv-visualizer-frame")
    assert tags.named("iframe") == [
        {
            "src": f"{SERVER}/embed?image=camera&kernel=emboss",
            "title": 'The camera: "Emboss"',
            "class": "kernelscope",
            "width": "100%",
            "height": "400",
            "loading": "lazy",
            "style": "border: 0; width: 80%",
        }
    ]


def test_pdf_gets_the_picture_of_the_scene_and_the_link(latex: Built) -> None:
    source = latex.text("course.tex")
    escaped = ADDRESS.replace("&", r"\&")
    found = re.search(
        r"\\sphinxhref\{" + re.escape(f"{SERVER}/embed{escaped}") + r"\}\{\\sphinxincludegraphics"
        r"\[width=1\.000\\linewidth\]\{\{(kernelscope-\w+)\}\.png\}\}",
        source,
    )
    assert found
    assert (latex.out / f"{found[1]}.png").read_bytes() == scene_picture(ADDRESS)
    assert "width=0.800\\linewidth" in source


def test_the_picture_shows_the_map_of_the_scene() -> None:
    def pixels(address: str) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(scene_picture(address))).convert("RGB"))

    one = pixels(ADDRESS)
    assert one.shape[1] == 1200
    assert one[0].min() > 240, "light ground, for paper"
    assert not np.array_equal(one, pixels(ADDRESS.replace("sobel-x", "sobel-y")))
    # Dark is for screens.
    assert np.array_equal(one, pixels(f"{ADDRESS}&theme=dark"))


def test_an_e_book_holds_the_picture_and_no_frame(book: Path, pages: Built) -> None:
    built = build(book, "epub")
    assert built.warnings == ""
    with zipfile.ZipFile(built.out / "Course.epub") as archive:
        page = archive.read("index.xhtml").decode()
        package = archive.read("content.opf").decode()
        assert not re.search("<(iframe|script|conv-visualizer)", page)
        images = [
            element
            for element in ElementTree.fromstring(page).iter("{http://www.w3.org/1999/xhtml}img")
            if "kernelscope" in element.attrib["src"]
        ]
        assert images[0].attrib["alt"] == TITLE
        assert archive.read(images[0].attrib["src"]) == scene_picture(ADDRESS)
        assert all(f'href="{image.attrib["src"]}"' in package for image in images)


def test_where_there_are_no_pictures_there_are_words(book: Path, pages: Built) -> None:
    text = " ".join(build(book, "text").text("more.txt").split())
    assert 'The camera: "Emboss"' in text
    assert "/embed?image=camera&kernel=emboss" in text.replace(" ", "")


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    index = """
Bad
===

.. toctree::

   more

.. kernelscope::
   :image: camera
   :stride: banana

.. kernelscope:: https://a.example/?kernel=sobel-x#v1=abc

.. kernelscope::
   :sride: 2
"""
    more = '# More\n\n```{kernelscope}\n:image: "camera"\n:size: 5\n:dilation: 9\n```\n'
    folder = tmp_path_factory.mktemp("bad")
    yield build(write_book(folder, CONF, index_rst=index, more_md=more), "html")


@pytest.mark.parametrize(
    "warning",
    [
        r"index\.rst:9: WARNING: stride is “banana” in the address; it is a whole number from 1 ",
        r"index\.rst:13: WARNING: The scene in the address cannot be read",
        r"index\.rst:15: ERROR: .*unknown option: \"sride\"",
        r"more\.md:3: WARNING: size is “5” in the address, which does not fit: Kernel 3 with",
    ],
)
def test_a_bad_option_is_reported_with_file_and_line(bad: Built, warning: str) -> None:
    assert re.search(warning, bad.warnings, re.DOTALL), bad.warnings


def test_a_bad_option_leaves_the_rest_of_the_scene(bad: Built) -> None:
    frame = Tags(bad.text("index.html")).named("conv-visualizer-frame")[0]
    assert (frame["image"], "stride" in frame) == ("camera", False)


@pytest.mark.parametrize("server", ["", "kernelscope.example.org"])
def test_without_a_server_there_is_the_picture_and_a_warning(tmp_path: Path, server: str) -> None:
    conf = CONF.replace(SERVER, server)
    index = "Page\n====\n\n.. kernelscope:: camera\n"
    built = build(write_book(tmp_path, conf, index_rst=index), "html")
    assert re.search(r"index\.rst:4: WARNING: kernelscope_server .* conf\.py", built.warnings)
    (image,) = Tags(built.text("index.html")).named("img")
    assert image["alt"]
    assert (built.out / image["src"]).read_bytes() == scene_picture("?image=camera")


def test_sites_without_foreign_scripts_can_choose_plain_frames(tmp_path: Path) -> None:
    conf = CONF + 'kernelscope_frame = "iframe"\nkernelscope_height = 512\n'
    index = "Page\n====\n\n.. kernelscope:: camera\n   :width: 500\n"
    built = build(write_book(tmp_path, conf, index_rst=index), "html")
    (frame,) = Tags(built.text("index.html")).named("iframe")
    assert (frame["height"], frame["style"]) == ("512", "border: 0; width: 500px")
    assert built.warnings == ""


def own_picture() -> str:
    """Pack a scene with pixels of its own; gives what its link has after the #."""
    recipe = one_filter_recipe()
    pixels = [[(row * 3 + column) % 9 / 8 for column in range(9)] for row in range(8)]
    scene = Scene({**recipe, "input": {"pixels": pixels}})
    address = write_address(scene, samples=Samples(folder("sample_images")))
    return address.partition("#")[2]


def test_pixels_of_ones_own_reach_the_frame_and_the_picture(tmp_path: Path) -> None:
    state = own_picture()
    index = (
        f"Page\n====\n\n.. kernelscope::\n   :state: {state}\n   :cell: 2,3\n   :align: center\n"
    )
    source = write_book(tmp_path, CONF, index_rst=index)
    built = build(source, "html")
    assert built.warnings == ""
    (frame,) = Tags(built.text("index.html")).named("conv-visualizer-frame")
    assert (frame["state"], frame["cell"]) == (state, "2,3")
    assert frame["title"] == "Sobel x over your picture"
    assert "align-center" in built.text("index.html")
    (picture,) = (build(source, "latex").out).glob("kernelscope-*.png")
    assert picture.read_bytes() == scene_picture(f"?cell=2,3#{state}")


def test_a_scene_that_cannot_be_drawn_is_words_and_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(address: str) -> bytes:
        raise InvalidRequest("Kernel 3 is too large.")

    monkeypatch.setattr(sphinx_extension, "scene_picture", refuse)
    index = "Page\n====\n\n.. kernelscope:: camera\n   :title: Edges\n"
    built = build(write_book(tmp_path, CONF, index_rst=index), "latex")
    assert re.search(r"index\.rst:4: WARNING: no picture of this scene: Kernel 3", built.warnings)
    assert f"Edges ({SERVER}/embed?image=camera)" in built.text("course.tex")


def test_whatever_stands_for_a_link_there_is_a_scene(tmp_path: Path) -> None:
    arguments = ["http://[bad", "#", "?", "?&&=&", "v1=", "ftp://x/?image=camera", "a b c", "`x`_"]
    directives = "\n\n".join(f".. kernelscope:: {argument}" for argument in arguments)
    built = build(write_book(tmp_path, CONF, index_rst=f"Page\n====\n\n{directives}\n"), "html")
    frames = Tags(built.text("index.html")).named("conv-visualizer-frame")
    assert len(frames) == len(arguments)
    assert frames[5]["image"] == "camera"
    assert built.text("index.html").count(f"{SERVER}/static/embed.js") == len(arguments)


def test_a_book_can_be_built_in_parallel(tmp_path: Path) -> None:
    names = [f"page{number}" for number in range(8)]
    listed = "\n".join(f"   {name}" for name in names)
    index = f"Pages\n=====\n\n.. toctree::\n\n{listed}\n"
    page = "Page\n====\n\n.. kernelscope:: camera\n   :size: 24\n"
    documents = {f"{name}_rst": page for name in names}
    source = write_book(tmp_path, CONF, index_rst=index, **documents)
    for builder in ("html", "epub"):
        assert build(source, builder, parallel=2).warnings == ""
    assert len(list((source / "out" / "epub" / "_images").iterdir())) == 1


def test_another_server_reaches_pages_that_did_not_change(tmp_path: Path) -> None:
    source = write_book(tmp_path, CONF, index_rst="Page\n====\n\n.. kernelscope:: camera\n")
    build(source, "html")
    write_book(tmp_path, CONF.replace(SERVER, "https://moved.example.org"))
    assert "https://moved.example.org/embed" in build(source, "html").text("index.html")
