"""The command line: ``kernelscope [serve]``, ``run PICTURE`` and ``export SCENE``.

NumPy is imported only inside the commands, after its BLAS has been told to use one thread: its
own threads stall for milliseconds on busy cores, and the server has its worker threads.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import __version__
from app.errors import InvalidRequest, NotFound, VisualizerError

if TYPE_CHECKING:
    from app.images.picture import Picture
    from app.pictures.colours import Theme
    from app.pipeline.stages import InputStage, Stage
    from app.pipeline.trace import Trace
    from app.settings import Settings

_BLAS_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_PORTS_TO_TRY = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : Sequence[str], optional
        Those of the process when left out.

    Returns
    -------
    int
        Exit status: 0 when it worked, 1 when the request was refused, 2 for wrong arguments.
    """
    for name in _BLAS_VARIABLES:
        os.environ.setdefault(name, "1")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version")):
        given.insert(0, "serve")
    options = _parser().parse_args(given)
    try:
        status: int = options.command(options)
    except VisualizerError as error:
        print(f"kernelscope: {error.detail}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kernelscope",
        description="Slide a filter over a real picture and see every number.",
    )
    parser.add_argument("--version", action="version", version=f"kernelscope {__version__}")
    commands = parser.add_subparsers(required=True, metavar="serve | run | export")
    serve = commands.add_parser("serve", help="serve the explorer (also without any command)")
    serve.add_argument("--host", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, help="port; the next free one if it is taken (8000)")
    serve.add_argument("--no-browser", action="store_true", help="do not open a browser")
    serve.set_defaults(command=_serve)
    run = commands.add_parser("run", help="write the maps of every stage of a picture to files")
    run.add_argument("picture", metavar="PICTURE", help="a picture file, or the name of a sample")
    run.add_argument("--recipe", type=Path, metavar="FILE", help="JSON (the default pipeline)")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    run.add_argument("--theme", choices=("light", "dark"), default="light", help="colour scale")
    run.set_defaults(command=_run)
    export = commands.add_parser("export", help="save a scene as a file that needs no server")
    export.add_argument(
        "scene",
        metavar="SCENE",
        help="a link or its query, a JSON file with a scene or a recipe, or a sample's name",
    )
    export.add_argument("--html", type=Path, metavar="FILE", help="one HTML page")
    export.add_argument("--scorm", type=Path, metavar="FILE", help="a SCORM 1.2 package (ZIP)")
    export.add_argument("--picture", metavar="FILE", help="a picture file in the sample's place")
    export.add_argument("--layout", choices=("explorer", "embed"), default="explorer")
    export.add_argument("--title", default="", help="of the page (what it shows)")
    export.set_defaults(command=_export)
    return parser


def _settings(**given: Any) -> Settings:
    """Read the settings, with what was given on the command line on top."""
    from pydantic import ValidationError

    from app.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        message = f"setting {name} (KERNELSCOPE_{name.upper()}): {first['msg']}"
        raise InvalidRequest(message, field=name) from error


def _serve(options: argparse.Namespace) -> int:
    import uvicorn

    from app.main import create_app

    settings = _settings(host=options.host, port=options.port)
    listener = listen(settings.host, settings.port)
    address = address_of(listener, settings.host)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                print(f"Kernelscope is at {address} (Ctrl+C ends it)", flush=True)
                if not options.no_browser:
                    # Some browsers keep the call until they are closed.
                    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    config = uvicorn.Config(
        create_app(settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        # No answer depends on the client's address or scheme.
        proxy_headers=False,
        ws="none",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
    )
    # Having stopped, uvicorn hands Ctrl+C on.
    with listener, contextlib.suppress(KeyboardInterrupt):
        Server(config).run(sockets=[listener])
    return 0


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket, on the next free port if this one is taken.

    Parameters
    ----------
    host : str
        Name or address of this machine.
    port : int
        0 for any free port.

    Returns
    -------
    socket.socket
        Bound; the caller closes it.

    Raises
    ------
    InvalidRequest
        If the host is not an address of this machine, or no port could be had.
    """
    try:
        family, _, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        message = f"{host!r} is not the name or address of a machine; 127.0.0.1 is this one."
        raise InvalidRequest(message, field="host") from error
    candidates = [port, *range(port + 1, min(port + _PORTS_TO_TRY, 65536)), 0] if port else [0]
    for candidate in candidates:
        listener = socket.socket(family, socket.SOCK_STREAM)
        # Elsewhere the option would let two servers share a port.
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((target[0], candidate, *target[2:]))
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                message = f"cannot listen on {host}: {error.strerror}; 127.0.0.1 always works."
                raise InvalidRequest(message, field="host") from error
            continue
        listener.listen(128)
        return listener
    message = f"no port of {host} from {port} on can be used; --port 0 takes any free one."
    raise InvalidRequest(message, field="port")


def address_of(listener: socket.socket, host: str) -> str:
    """Write the address that a browser on this machine would open.

    Parameters
    ----------
    listener : socket.socket
        Bound.
    host : str
        As it was asked for.

    Returns
    -------
    str
        For instance ``http://127.0.0.1:8000``.
    """
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def _run(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    settings = _settings()
    run_id, trace = _computed(options, settings)
    out: Path = options.out
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_manifest(trace, run_id, out)
        for index, stage in enumerate(tqdm(trace.all_stages, desc="writing", unit="stage")):
            _write_stage(trace, stage, out / f"{index:02}-{stage.id}", theme=options.theme)
    except OSError as error:
        raise InvalidRequest(f"cannot write to {out}: {error.strerror}.", field="out") from error
    print(f"The maps of {len(trace.all_stages)} stages are in {out}.")
    return 0


def _export(options: argparse.Namespace) -> int:
    from app.cli_export import export_scene

    return export_scene(options, _settings())


def _computed(options: argparse.Namespace, settings: Settings) -> tuple[str, Trace]:
    """Compute the recipe on the picture; gives the run's id and what came out."""
    from app.api.bodies import parse_json
    from app.api.limits import run_limits
    from app.pipeline.defaults import default_recipe
    from app.pipeline.execute import execute
    from app.pipeline.map_cache import MapCache
    from app.pipeline.recipe import parse_recipe

    limits = run_limits(settings)
    picture = _picture(options.picture, settings)
    data = parse_json(_bytes_of(options.recipe)) if options.recipe else default_recipe()
    if isinstance(data, dict):
        given = data.get("input")
        kept = {k: v for k, v in given.items() if k != "pixels"} if isinstance(given, dict) else {}
        data = {**data, "input": {**kept, "image": picture.id}}
    recipe = parse_recipe(data, limits=limits)
    asked = recipe.input
    values = picture.working(asked.size, asked.fit, asked.color, asked.quantize, limits.max_side)
    trace = execute(recipe, values, cache=MapCache(settings.run_cache_bytes), limits=limits)
    return recipe.run_id(picture.id), trace


def _picture(name: str, settings: Settings) -> Picture:
    """Read a picture file, or find a sample of this name."""
    from app.api.limits import decode_limits
    from app.images.decode import decode
    from app.images.samples import Samples
    from app.resources import folder

    path = Path(name)
    samples = Samples(folder("sample_images"))
    if name in samples and not path.exists():
        return samples.get(name)
    return decode(_bytes_of(path), limits=decode_limits(settings), name=path.name)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"cannot read {path}: {error.strerror}.", field=str(path)) from error


def _write_manifest(trace: Trace, run_id: str, out: Path) -> None:
    import orjson

    manifest = trace.manifest(run_id=run_id)
    text = orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)
    (out / "manifest.json").write_bytes(text)


def _write_stage(trace: Trace, stage: InputStage | Stage, base: Path, *, theme: Theme) -> None:
    """Write the values of a stage, and its maps on as many sheets as they need."""
    import numpy as np

    from app.pictures.contact_sheet import MAX_SHEET_CELLS, contact_sheet
    from app.pictures.stage_pictures import stage_tiles

    np.save(base.with_name(f"{base.name}.npy"), stage.values, allow_pickle=False)
    count, rows, columns = stage.shape
    on_a_sheet = max(1, MAX_SHEET_CELLS // (rows * columns))
    for start in range(0, count, on_a_sheet):
        channels = range(start, min(start + on_a_sheet, count))
        tiles, labels = stage_tiles(trace, stage, channels=channels, theme=theme)
        suffix = f"-{start + 1}" if count > on_a_sheet else ""
        sheet = contact_sheet(tiles, labels, theme=theme)
        sheet.save(base.with_name(f"{base.name}{suffix}.png"))
