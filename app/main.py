"""Builds the application: settings, stores and workers, routes, headers, error answers."""

from __future__ import annotations

import asyncio
import gc
import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app import __version__
from app.api import (
    middleware,
    problems,
    routes_animations,
    routes_embed,
    routes_files,
    routes_health,
    routes_images,
    routes_oembed,
    routes_operations,
    routes_pages,
    routes_qr,
    routes_runs,
    routes_scenes,
    schemas,
    stylesheets,
)
from app.api.assets import Assets
from app.api.bundles import DEFAULT_FULL, compressed_bundle
from app.api.headers import RouteHeaders
from app.api.limiter import Limiter
from app.api.opened import Scenes
from app.api.recent import Recent
from app.api.room import Room
from app.api.runs import Runs
from app.images.samples import Samples
from app.images.store import ImageStore
from app.resources import folder
from app.settings import Settings

DESCRIPTION = """A recipe (a picture and a list of stages) goes in, a run comes out: a manifest with
shapes, ranges and taps, and tensors as safetensors. The same recipe always has the same run id."""

COLLECT_AFTER = 20_000
# Of the largest; most are much smaller.
ANIMATIONS_AT_ONCE = 4
POSTER_MEMORY_BYTES = 16 * 1024 * 1024


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build an application with its own stores and workers.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment when left out.

    Returns
    -------
    FastAPI
        Ready to serve; its lifespan prepares the default run and ends the workers.
    """
    app = FastAPI(
        title="Kernelscope",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    _add_state(app, settings or Settings())
    for module in (
        routes_runs,
        routes_files,
        routes_images,
        routes_scenes,
        routes_animations,
        routes_operations,
        routes_embed,
        routes_oembed,
        routes_health,
        routes_qr,
        routes_pages,
    ):
        app.include_router(module.router)
    problems.install(app)
    middleware.add_to(app, RouteHeaders(frame_ancestors=app.state.settings.embed_frame_ancestors))
    schemas.describe_problems(app)
    return app


def _add_state(app: FastAPI, settings: Settings) -> None:
    state = app.state
    state.settings = settings
    state.animation_turn = asyncio.Semaphore(1)
    state.animation_room = Room(max_bytes=ANIMATIONS_AT_ONCE * settings.max_animation_bytes)
    state.limiter = Limiter(workers=settings.workers, queue_length=settings.queue_length)
    state.samples = Samples(folder("sample_images"))
    state.images = ImageStore(
        max_bytes=settings.upload_store_bytes, ttl_seconds=settings.upload_ttl_seconds
    )
    state.runs = Runs(
        settings=settings, samples=state.samples, images=state.images, limiter=state.limiter
    )
    state.scenes = Scenes(runs=state.runs, samples=state.samples, limiter=state.limiter)
    state.posters = Recent[str, bytes](max_bytes=POSTER_MEMORY_BYTES)
    # Some Windows registries call it text/plain, and browsers then refuse modules.
    mimetypes.add_type("text/javascript", ".js")
    state.assets = Assets(folder("static"), joined=stylesheets.JOINED)
    state.templates = Environment(
        loader=FileSystemLoader(folder("templates")), autoescape=True, undefined=StrictUndefined
    )
    state.is_ready = False


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Prepare the run that every first visit asks for, so that none of them waits for it."""
    runs = app.state.runs
    await compressed_bundle(runs, runs.default, DEFAULT_FULL)
    # What is loaded by now stays, and a run makes thousands of small things without cycles;
    # looking through them again and again would delay answers.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
    app.state.is_ready = True
    yield
    app.state.is_ready = False
    app.state.limiter.close()
