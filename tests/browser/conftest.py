"""Fixtures of the browser journeys: a server, a browser, and pages that must stay silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import axe
from tests.browser.explorer import Explorer, OpenExplorer
from tests.browser.launch import chromium
from tests.browser.screens import DESKTOP
from tests.browser.server import LiveServer
from tests.browser.watch import Watch


@pytest.fixture(scope="session")
def server() -> Iterator[LiveServer]:
    """One server for all journeys; at the end its log must not tell of any bug."""
    with LiveServer() as live:
        yield live
        log = live.log()
    assert "Traceback" not in log, log


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys; each test has a context of its own."""
    with chromium() as program:
        yield program


@contextmanager
def pages(browser: Browser, server: LiveServer) -> Iterator[OpenExplorer]:
    """Open pages, close them at the end, and fail on what they have complained about."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def open_page(
        path: str | None = "/", *, at: LiveServer | None = None, **options: Any
    ) -> Explorer:
        options.setdefault("viewport", DESKTOP)
        options.setdefault("color_scheme", "light")
        options.setdefault("locale", "en-GB")
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watches.append(Watch(page))
        explorer = Explorer(page, watches[-1], (at or server).url)
        return explorer if path is None else explorer.open(path)

    yield open_page
    for context in contexts:
        context.close()
    for watch in watches:
        watch.assert_silent()


@pytest.fixture
def open_explorer(browser: Browser, server: LiveServer) -> Iterator[OpenExplorer]:
    """Open pages: ``open_explorer("/", viewport=PHONE, color_scheme="dark")``.

    Keyword arguments are those of Playwright's ``new_context``, and ``at`` for another server.
    With ``path=None`` the page is not loaded yet. Every page must be silent to the end, unless
    the test has said what it expects: ``explorer.watch.expect``.
    """
    with pages(browser, server) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def open_shared(browser: Browser, server: LiveServer) -> Iterator[OpenExplorer]:
    """Open pages that all tests of a module look at; each must leave them as it found them."""
    with pages(browser, server) as open_page:
        yield open_page


@pytest.fixture
def explorer(open_explorer: OpenExplorer) -> Explorer:
    """Open the explorer as a first visitor at a desk sees it."""
    return open_explorer()


@pytest.fixture
def page(explorer: Explorer) -> Page:
    """Playwright's page of ``explorer``."""
    return explorer.page


@pytest.fixture
def assert_accessible() -> Callable[[Explorer], None]:
    """Fail when axe-core finds a violation; the context needs ``bypass_csp=True``."""

    def check(explorer: Explorer) -> None:
        found = axe.violations(explorer.page)
        assert not found, "\n".join(found)

    return check
