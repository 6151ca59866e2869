"""The command line serves on a free port, and writes runs to files without a server."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app import __version__
from app.cli import address_of, listen, main
from app.errors import InvalidRequest

ROOT = Path(__file__).resolve().parent.parent
RECIPE = {
    "input": {"size": 28, "color": "grey", "pixels": [[9]]},
    "stages": [
        {"id": "conv1", "op": "conv", "filters": [{"kernel": "sobel_x"}, {"kernel": "sobel_y"}]},
        {"id": "relu1", "op": "activation"},
    ],
}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "ramp.png"
    ramp = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (64, 1))
    Image.fromarray(ramp).save(path)
    return path


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(RECIPE), encoding="utf-8")
    return path


def test_a_run_writes_arrays_sheets_and_the_manifest(
    tmp_path: Path, picture: Path, recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "maps"
    assert main(["run", str(picture), "--recipe", str(recipe), "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        *("00-input.npy", "00-input.png", "01-conv1.npy", "01-conv1.png"),
        *("02-relu1.npy", "02-relu1.png", "manifest.json"),
    ]
    maps = np.load(out / "01-conv1.npy")
    assert (maps.shape, maps.dtype) == ((2, 26, 26), np.float32)
    source = np.load(out / "00-input.npy")[0]
    # A ramp from left to right: Sobel x answers, Sobel y does not.
    assert maps[0, 10, 10] == pytest.approx(
        (source[10:13, 12] - source[10:13, 10]) @ [1, 2, 1], abs=1e-5
    )
    assert abs(maps[1]).max() < 1e-5
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert [stage["id"] for stage in manifest["stages"]] == ["input", "conv1", "relu1"]
    with Image.open(out / "01-conv1.png") as sheet:
        assert sheet.mode == "RGB"
    captured = capsys.readouterr()
    assert "3 stages" in captured.out
    assert "3/3" in captured.err, "no progress was shown"


def test_a_sample_and_the_default_pipeline_need_no_files(tmp_path: Path) -> None:
    assert main(["run", "coffee", "--out", str(tmp_path), "--theme", "dark"]) == 0
    assert np.load(tmp_path / "04-conv2.npy").shape[0] == 6


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "missing.png", "--out", "{out}"], "cannot read missing.png"),
        (["run", "a" * 300, "--out", "{out}"], "cannot read aaa"),
        (["run", "{recipe}", "--out", "{out}"], "recipe.json is"),
        (["run", "{picture}", "--recipe", "missing.json", "--out", "{out}"], "cannot read"),
        (["run", "{picture}", "--recipe", "{picture}", "--out", "{out}"], "not JSON"),
        (["run", "{picture}", "--out", "{picture}"], "cannot write"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_status_1(
    tmp_path: Path,
    picture: Path,
    recipe: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    names = {"out": tmp_path / "out", "recipe": recipe, "picture": picture}
    assert main([argument.format(**names) for argument in arguments]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert error.startswith("kernelscope: ")
    assert "Traceback" not in error


@pytest.mark.parametrize("data", ["[]", "{}", '{"stages": []}', '{"input": 3, "stages": [{}]}'])
def test_a_recipe_of_the_wrong_form_never_ends_in_a_traceback(
    tmp_path: Path, picture: Path, data: str
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(data, encoding="utf-8")
    out = str(tmp_path / "out")
    expected = 0 if data == '{"stages": []}' else 1
    assert main(["run", str(picture), "--recipe", str(path), "--out", out]) == expected


@pytest.mark.parametrize("arguments", [["run"], ["run", "coffee"], ["fly"], ["--port", "x"]])
def test_wrong_arguments_end_with_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_a_wrong_setting_is_named_as_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KERNELSCOPE_WORKERS", "many")
    assert main(["serve", "--no-browser"]) == 1
    assert "KERNELSCOPE_WORKERS" in capsys.readouterr().err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"kernelscope {__version__}\n"


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    with listen("127.0.0.1", 0) as first:
        taken = first.getsockname()[1]
        with listen("127.0.0.1", taken) as second:
            port = second.getsockname()[1]
            assert port != taken
            assert address_of(second, "0.0.0.0") == f"http://127.0.0.1:{port}"
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                pass


@pytest.mark.parametrize("host", ["not a host", "203.0.113.7"])
def test_a_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(InvalidRequest, match=r"127\.0\.0\.1") as refused:
        listen(host, 8000)
    assert refused.value.field == "host"


def boot_of(path: Path) -> dict[str, Any]:
    """Read what a saved file gives its page."""
    found = re.search(
        r'<script id="kernelscope-boot"[^>]*>(.*?)</script>', path.read_text("utf-8"), re.DOTALL
    )
    assert found
    boot: dict[str, Any] = json.loads(found[1])
    return boot


LINK = "kernel=sobel-x&image=camera&stride=2"


@pytest.mark.parametrize(
    ("scene", "image", "stride"),
    [
        ("cat", "cat", None),
        (LINK, "camera", [2, 2]),
        (f"?{LINK}", "camera", [2, 2]),
        (f"https://kernels.example/embed?{LINK}#?secret=1", "camera", [2, 2]),
        (f"{LINK}&utm_content={'long' * 99}", "camera", [2, 2]),
        (f"http://[?{LINK}", "camera", [2, 2]),
    ],
)
def test_a_sample_or_a_link_is_exported(
    tmp_path: Path, scene: str, image: str, stride: list[int] | None
) -> None:
    file = tmp_path / "scene.html"
    assert main(["export", scene, "--html", str(file)]) == 0
    boot = boot_of(file)
    assert boot["saved"] is True
    assert boot["recipe"]["input"]["image"] == image
    assert boot["recipe"]["stages"][0].get("stride") == stride
    is_remote = scene.startswith("https:")
    assert boot.get("home", "").startswith("https://kernels.example/?") == is_remote


@pytest.mark.parametrize("is_scene", [True, False])
def test_a_file_with_a_scene_or_a_recipe_is_exported_and_told_of_in_a_line(
    tmp_path: Path, is_scene: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = {**RECIPE, "input": {"pixels": [[0, 0.5, 1, 0]] * 4}}
    given = {"version": 1, "recipe": recipe, "view": {"stage": "relu1"}} if is_scene else recipe
    source = tmp_path / "given.json"
    source.write_text(json.dumps(given), encoding="utf-8")
    page, package = tmp_path / "scene.html", tmp_path / "scene.zip"
    assert main(["export", str(source), "--html", str(page), "--scorm", str(package)]) == 0
    assert boot_of(page)["view"]["stage"] == ("relu1" if is_scene else "conv1")
    with zipfile.ZipFile(package) as archive:
        assert archive.read("kernelscope.html") == page.read_bytes()
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"\d+\.\d MB", "n MB", line) for line in lines] == [
        f"{path}: n MB, complete without server and network." for path in (page, package)
    ]


def test_a_picture_file_takes_the_place_of_the_sample(tmp_path: Path, picture: Path) -> None:
    file = tmp_path / "scene.html"
    given = ["export", "coffee", "--picture", str(picture), "--layout", "embed"]
    assert main([*given, "--title", "A ramp", "--html", str(file)]) == 0
    boot = boot_of(file)
    assert boot["recipe"]["input"]["color"] == "grey"
    assert boot["samples"][0]["id"] == boot["recipe"]["input"]["image"]
    assert boot["view"]["controls"]
    assert "<title>A ramp</title>" in file.read_text("utf-8")


def test_what_of_a_link_cannot_be_used_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "scene.html"
    assert main(["export", "kernel=sobel-x&stride=banana", "--html", str(file)]) == 0
    assert "stride is “banana”" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["coffee"], "--html FILE"),
        (["tea", "--html", "{folder}/a.html"], "no file 'tea'"),
        (["t" * 300, "--html", "{folder}/a.html"], "there is no file"),
        (["coffee", "--html", "{folder}/none/a.html"], "No such file"),
        (["coffee", "--html", "{folder}"], "cannot write"),
        (["coffee", "--picture", "{folder}/none.png", "--html", "{folder}/a.html"], "cannot read"),
        (["{folder}/text.json", "--html", "{folder}/a.html"], "neither a scene nor a recipe"),
        (["{folder}/list.json", "--html", "{folder}/a.html"], "A scene is a JSON object"),
        (["{folder}/upload.json", "--html", "{folder}/a.html"], "--picture FILE"),
        (["coffee", "--html", "{folder}/a.html", "--title", "a" * 300], "at most 200 letters"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_a_line(
    tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    upload = {**RECIPE, "input": {"image": "0" * 64}}
    for name, text in {"text": "scene", "list": "[]", "upload": json.dumps(upload)}.items():
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    given = [argument.replace("{folder}", str(tmp_path)) for argument in arguments]
    assert main(["export", *given]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (tmp_path / "a.html").exists()


@contextmanager
def serving(*arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the server in a process of its own; gives it and the address that it prints."""
    command = [sys.executable, "-m", "app", *arguments]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line
        yield process, found[0]
    finally:
        process.terminate()
        process.communicate(timeout=20)


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def test_two_servers_share_the_usual_port_by_turns_and_the_addresses_of_runs() -> None:
    recipe = json.dumps({**RECIPE, "input": {"image": "coffee"}}).encode()
    with (
        serving("--port", "0", "--no-browser") as (_, first),
        serving("serve", "--no-browser", KERNELSCOPE_PORT=first.rpartition(":")[2]) as (
            _,
            second,
        ),
    ):
        assert first != second
        with urllib.request.urlopen(f"{first}/api/runs", recipe, timeout=20) as answer:
            output = json.load(answer)["stages"][2]["output"]
        texts = [get(f"{server}{output}&format=json") for server in (first, second)]
        assert texts[0] == texts[1]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_the_server_opens_a_browser_and_ends_quietly_when_asked(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n', encoding="utf-8")
    browser.chmod(0o755)
    with serving("--port", "0", BROWSER=str(browser)) as (process, url):
        assert get(f"{url}/readyz")["status"] == "ready"
        for _ in range(100):
            if opened.exists() and opened.read_text(encoding="utf-8"):
                break
            get(f"{url}/healthz")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert opened.read_text(encoding="utf-8") == url
    assert "Traceback" not in errors
