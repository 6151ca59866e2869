"""A server with the usual settings that the tests of this folder share, and a client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = create_app(Settings())
    yield app
    app.state.limiter.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    # A raised exception fails the test: a 500 must not pass for a refusal.
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
