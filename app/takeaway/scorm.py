"""A SCORM 1.2 package around a saved file: what learning platforms take as one unit.

The package says when the page was opened ("completed") and nothing else: no score, no answers.
"""

from __future__ import annotations

import io
import zipfile
from typing import Final
from xml.etree import ElementTree

from markupsafe import escape

from app.resources import folder

PAGE: Final = "kernelscope.html"
LAUNCH: Final = "index.html"
SCRIPT: Final = "scorm.js"
MANIFEST: Final = "imsmanifest.xml"

_IMS = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
_ADL = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATIONS = f"{_IMS} imscp_rootv1p1p2.xsd {_ADL} adlcp_rootv1p2.xsd"
# ZIP knows no earlier time; the same scene makes the same package.
_TIME = (1980, 1, 1, 0, 0, 0)

# Once for all: the list is shared by all threads.
for _prefix, _namespace in (("", _IMS), ("adlcp", _ADL), ("xsi", _SCHEMA)):
    ElementTree.register_namespace(_prefix, _namespace)

_LAUNCH_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{title}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <style>
    html, body {{ height: 100%; margin: 0; }}
    iframe {{ display: block; width: 100%; height: 100%; border: 0; }}
  </style>
</head>
<body>
  <iframe src="{page}" title="{title}" allow="fullscreen"></iframe>
  <script src="{script}"></script>
</body>
</html>
"""


def scorm_package(page: bytes, *, title: str, identifier: str) -> bytes:
    """Wrap a saved file in a package for learning platforms.

    Parameters
    ----------
    page : bytes
        As :func:`app.takeaway.single_file.single_file` writes it.
    title : str
        Shown in the table of contents; any text.
    identifier : str
        Letters and digits that name the scene.

    Returns
    -------
    bytes
        ZIP with a manifest, a launch page, the file, and the script that talks to the platform.

    Examples
    --------
    >>> package = scorm_package(b"<!doctype html>", title="Edges", identifier="a1")
    >>> sorted(zipfile.ZipFile(io.BytesIO(package)).namelist())
    ['imsmanifest.xml', 'index.html', 'kernelscope.html', 'scorm.js']
    """
    launch = _LAUNCH_PAGE.format(title=escape(title), page=PAGE, script=SCRIPT)
    files = {
        MANIFEST: manifest(title=title, identifier=identifier),
        LAUNCH: launch.encode(),
        PAGE: page,
        SCRIPT: (folder("static") / SCRIPT).read_bytes(),
    }
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return package.getvalue()


def manifest(*, title: str, identifier: str) -> bytes:
    """Write ``imsmanifest.xml``: one organisation with one item, the launch page.

    Parameters
    ----------
    title, identifier : str
        As for :func:`scorm_package`.
    """
    root = ElementTree.Element(
        _ims("manifest"),
        {
            "identifier": f"kernelscope-{identifier}",
            "version": "1.0",
            f"{{{_SCHEMA}}}schemaLocation": _LOCATIONS,
        },
    )
    metadata = ElementTree.SubElement(root, _ims("metadata"))
    ElementTree.SubElement(metadata, _ims("schema")).text = "ADL SCORM"
    ElementTree.SubElement(metadata, _ims("schemaversion")).text = "1.2"
    organizations = ElementTree.SubElement(root, _ims("organizations"), default="course")
    organization = ElementTree.SubElement(organizations, _ims("organization"), identifier="course")
    ElementTree.SubElement(organization, _ims("title")).text = _plain(title)
    item = ElementTree.SubElement(
        organization, _ims("item"), identifier="scene", identifierref="page", isvisible="true"
    )
    ElementTree.SubElement(item, _ims("title")).text = _plain(title)
    resources = ElementTree.SubElement(root, _ims("resources"))
    resource = ElementTree.SubElement(
        resources,
        _ims("resource"),
        {
            "identifier": "page",
            "type": "webcontent",
            f"{{{_ADL}}}scormtype": "sco",
            "href": LAUNCH,
        },
    )
    for name in (LAUNCH, PAGE, SCRIPT):
        ElementTree.SubElement(resource, _ims("file"), href=name)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text


def _ims(name: str) -> str:
    return f"{{{_IMS}}}{name}"


def _plain(title: str) -> str:
    """Leave out what XML cannot hold; the standard gives titles 200 letters."""
    return "".join(letter for letter in title if letter.isprintable())[:200]
