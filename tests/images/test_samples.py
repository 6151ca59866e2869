"""The pictures that come along, and what is said about them."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.errors import NotFound
from app.images.samples import Samples
from app.resources import folder

FOLDER = folder("sample_images")
CREDITS: list[dict[str, Any]] = json.loads((FOLDER / "credits.json").read_text("utf-8"))["samples"]
FREE = {"CC0 1.0", "Public domain", "No known copyright restrictions", "MIT", "CC BY-SA 3.0"}


@pytest.fixture(scope="module")
def samples() -> Samples:
    return Samples(FOLDER)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = FOLDER / "make_teaching_pictures.py"
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_teaching_pictures_are_those_the_script_draws(script: ModuleType) -> None:
    drawn = script.teaching_pictures()
    listed = {credit["id"] for credit in CREDITS if credit["kind"] == "teaching"}
    assert set(drawn) == listed
    for name, pixels in drawn.items():
        with Image.open(FOLDER / f"{name}.png") as committed:
            np.testing.assert_array_equal(np.asarray(committed), pixels, err_msg=name)


def test_the_teaching_pictures_show_what_they_are_called(script: ModuleType) -> None:
    drawn = script.teaching_pictures()
    assert (drawn["pixel"] > 0).sum() == 1
    assert len(np.unique(np.diff(drawn["ramp"].astype(int), axis=1))) <= 2
    assert (drawn["step"][:, :24] == 0).all()
    assert (drawn["step"][:, 24:] == 255).all()
    assert np.ptp(drawn["stripes_0"], axis=1).max() == 0, "horizontal stripes"
    assert np.ptp(drawn["stripes_90"], axis=0).max() == 0, "vertical stripes"
    rising = drawn["stripes_45"]
    np.testing.assert_array_equal(rising[1:, :-1], rising[:-1, 1:])
    assert sum(name.startswith("stripes_") for name in drawn) == 8


def test_every_file_is_small_and_credited() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.suffix in {".jpg", ".png"}}
    assert files == {credit["file"] for credit in CREDITS}
    assert all((FOLDER / name).stat().st_size < 60_000 for name in files)


def test_every_credit_is_complete() -> None:
    for credit in CREDITS:
        for key in ("id", "title", "kind", "author", "licence", "source", "alt"):
            assert credit[key], (credit["id"], key)
        assert credit["licence"] in FREE
        assert credit["alt"].endswith(".")
        if credit["licence"].startswith("CC"):
            assert credit["licence_url"].startswith("https://creativecommons.org/")
        if credit["kind"] != "teaching":
            assert credit["provenance"]
            assert credit["changes"]


def test_there_are_eight_photographs_and_more() -> None:
    titles = [credit["title"] for credit in CREDITS if credit["kind"] == "photograph"]
    expected = {"Coffee cup", "Cat", "Astronaut", "Rocket", "Camera", "Coins", "Brick", "Text"}
    assert titles[0] == "Coffee cup"
    assert expected <= set(titles)


def test_no_file_carries_metadata() -> None:
    for credit in CREDITS:
        with Image.open(FOLDER / credit["file"]) as image:
            assert not {"exif", "icc_profile", "xmp", "comment", "photoshop"} & set(image.info)


def test_the_list_tells_the_true_sizes(samples: Samples) -> None:
    for item in samples.list():
        picture = samples.get(item["id"])
        size = picture.width, picture.height, picture.channels
        assert size == (item["width"], item["height"], item["channels"])
        assert item["thumbnail"].startswith(f"/api/samples/{item['id']}/thumbnail.png?v=")


def test_the_cup_fills_the_middle_of_its_picture(samples: Samples) -> None:
    values = samples.get("coffee").working(96)
    assert values.shape == (3, 96, 96)
    assert values[:, 20:40, 35:60].mean(axis=(1, 2)).argmax() == 0, "coffee is reddish"
    assert values[:, 9, 20:60].min() < 0.5 < values[:, 9, 20:60].max(), "the rim is inside"


def test_a_sample_is_decoded_once(samples: Samples) -> None:
    assert samples.get("camera") is samples.get("camera")


def test_the_digits_are_those_of_the_test_set(samples: Samples) -> None:
    sheet = samples.item("digits")["tiles"]
    indices = [index for row in sheet["rows"] for index in row["test_set_indices"]]
    assert [row["label"] for row in sheet["rows"]] == list(range(10))
    assert all(len(row["test_set_indices"]) >= 10 for row in sheet["rows"])
    assert len(set(indices)) == len(indices)
    # The first test digit is a seven; this is the hash of its bytes.
    seven = samples.get("digit_7_0").whole
    assert sheet["rows"][7]["test_set_indices"][0] == 0
    assert seven.shape == (28, 28)
    assert hashlib.sha256(seven.tobytes()).hexdigest()[:16] == "8f6a418c9a639f9e"


def test_single_digits_are_samples(samples: Samples) -> None:
    sheet = samples.get("digits").whole
    np.testing.assert_array_equal(samples.get("digit_3_2").whole, sheet[84:112, 56:84])
    assert samples.get("digit_3_2").id != samples.get("digit_3_1").id
    item = samples.item("digit_3_2")
    assert (item["title"], item["alt"]) == ("Digit 3", "A handwritten 3, white on black.")
    assert item["licence"] == "CC BY-SA 3.0"
    assert "digit_3_2" in samples
    assert "digit_3_12" not in samples


def test_single_digits_are_not_listed(samples: Samples) -> None:
    assert all(not item["id"].startswith("digit_") for item in samples.list())


def test_an_unknown_sample_is_named(samples: Samples) -> None:
    with pytest.raises(NotFound, match="There is no picture 'tea'") as refusal:
        samples.get("tea")
    assert refusal.value.code == "unknown_image"


def test_the_list_is_json(samples: Samples) -> None:
    assert json.loads(json.dumps(samples.list())) == samples.list()


def test_thumbnails_are_squares(samples: Samples) -> None:
    assert samples.thumbnail_at_hand("cat", 154) is None
    data = samples.thumbnail("cat", 154)
    assert Image.open(io.BytesIO(data)).size == (154, 154)
    assert samples.thumbnail_at_hand("cat", 154) is data


def test_few_thumbnails_are_kept(samples: Samples) -> None:
    for side in range(16, 16 + 210):
        samples.thumbnail("pixel", side)
    assert samples.thumbnail_at_hand("pixel", 16) is None
    assert samples.thumbnail_at_hand("pixel", 225) is not None


def test_the_folder_is_where_the_package_expects_it() -> None:
    assert Path(FOLDER).name == "sample_images"
