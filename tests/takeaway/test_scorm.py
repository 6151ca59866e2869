"""A SCORM 1.2 package: a manifest that platforms read, and every file that it names."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

from app.takeaway.scorm import scorm_package

PAGE = b"<!doctype html><title>Edges</title>"
TITLE = 'Edges & <corners> of "cups"\x00\ud7ff'
SPACES = {
    "ims": "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
    "adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
}


def opened(title: str = TITLE) -> zipfile.ZipFile:
    package = scorm_package(PAGE, title=title, identifier="0a1b")
    archive = zipfile.ZipFile(io.BytesIO(package))
    assert archive.testzip() is None
    return archive


def manifest_of(archive: zipfile.ZipFile) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read("imsmanifest.xml"))


def test_the_manifest_is_at_the_top_and_of_version_1_2() -> None:
    manifest = manifest_of(opened())
    assert manifest.tag == f"{{{SPACES['ims']}}}manifest"
    assert manifest.findtext("ims:metadata/ims:schema", namespaces=SPACES) == "ADL SCORM"
    assert manifest.findtext("ims:metadata/ims:schemaversion", namespaces=SPACES) == "1.2"


def test_identifiers_are_names_each_used_once_and_what_refers_to_them_finds_them() -> None:
    manifest = manifest_of(opened())
    identifiers = [node.get("identifier") for node in manifest.iter() if node.get("identifier")]
    assert len(set(identifiers)) == len(identifiers)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", str(name)) for name in identifiers)
    organizations = manifest.find("ims:organizations", SPACES)
    assert organizations is not None
    assert organizations.get("default") in identifiers
    item = organizations.find("ims:organization/ims:item", SPACES)
    assert item is not None
    assert item.get("identifierref") in identifiers


def test_the_one_resource_is_a_sco_and_all_its_files_are_in_the_package() -> None:
    archive = opened()
    resource = manifest_of(archive).find("ims:resources/ims:resource", SPACES)
    assert resource is not None
    assert resource.get(f"{{{SPACES['adlcp']}}}scormtype") == "sco"
    files = [file.get("href") for file in resource.findall("ims:file", SPACES)]
    assert resource.get("href") in files
    assert sorted([*map(str, files), "imsmanifest.xml"]) == sorted(archive.namelist())


def test_the_page_is_in_it_unchanged_and_the_launch_page_shows_it() -> None:
    archive = opened()
    assert archive.read("kernelscope.html") == PAGE
    launch = archive.read("index.html").decode()
    assert '<iframe src="kernelscope.html"' in launch
    assert not re.search(r"\son\w+=|<script>", launch), "inline code"


def test_a_title_with_markup_stays_text() -> None:
    archive = opened()
    manifest = manifest_of(archive)
    words = 'Edges & <corners> of "cups"\ud7ff'
    titles = {node.text for node in manifest.iter(f"{{{SPACES['ims']}}}title")}
    assert titles == {words.replace("\ud7ff", "")} or titles == {words}
    assert "<corners>" not in archive.read("index.html").decode()


def test_the_same_scene_makes_the_same_package() -> None:
    first, second = (scorm_package(PAGE, title="Edges", identifier="a") for _ in range(2))
    assert first == second
