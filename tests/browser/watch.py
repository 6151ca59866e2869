"""What a page must not do while a test looks at it: complain, fail, or leave this machine."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

OWN_MACHINE = frozenset({"127.0.0.1", "localhost"})


class Watch:
    """Collect everything a page complains about; ``assert_silent`` at the end of the test.

    A test that provokes a failure says so with ``expect``: the complaint must then come.
    """

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("request", self._request)
        page.on("requestfailed", self._request_failed)
        page.on("response", self._response)

    def expect(self, pattern: str) -> None:
        """Allow, and ask for, at least one complaint that matches a regular expression."""
        self._expected.append(re.compile(pattern))

    def assert_silent(self) -> None:
        """Fail on any complaint not expected, and on any expected one that never came."""
        surprises = [
            complaint
            for complaint in self.complaints
            if not any(pattern.search(complaint) for pattern in self._expected)
        ]
        assert not surprises, "the page complained:\n" + "\n".join(surprises)
        for pattern in self._expected:
            came = any(pattern.search(complaint) for complaint in self.complaints)
            assert came, f"expected a complaint that matches {pattern.pattern!r}; none came"

    def _console(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"console {message.type}: {message.text}")

    def _page_error(self, error: Error) -> None:
        self.complaints.append(f"uncaught: {error.stack or error.message}")

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.hostname not in OWN_MACHINE:
            self.complaints.append(f"left the machine: {request.url}")

    def _request_failed(self, request: Request) -> None:
        # Latest wins: an older request is aborted on purpose.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"request failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"status {response.status}: {response.url}")
