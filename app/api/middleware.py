"""What stands between the network and the routes: HEAD, headers, compression for text."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.headers import RouteHeaders, SecurityHeaders

# float32 maps get 14 % smaller at best and cost 28 ms a megabyte; pictures are compressed already.
_NOT_COMPRESSED = (
    *("application/vnd.safetensors", "application/octet-stream"),
    *("font/*", "image/apng"),
)
# A saved file of up to forty megabytes has been compressed inside; doing it again would keep all
# others waiting for seconds.
_SENT_AS_IT_IS = ("/api/runs/bundle", "/api/scenes/html")


class Compression:
    """Compresses text for clients that accept gzip, and stays out of the way of an edit or a file.

    Getting ready to compress takes 0.1 ms, also for an answer that turns out not to be text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._compressing = GZipMiddleware(
            app,
            minimum_size=600,
            compresslevel=6,
            exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, *_NOT_COMPRESSED),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, by way of the compression where there is something to compress."""
        is_sent = scope["type"] == "http" and scope["path"] in _SENT_AS_IT_IS
        await (self.app if is_sent else self._compressing)(scope, receive, send)


class HeadAsGet:
    """Answers HEAD with the headers of GET, wherever there is a GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as GET, and leave the body out of its answer."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)


def add_to(app: Starlette, headers: RouteHeaders | None = None) -> None:
    """Put the headers and the compression in front of every route of ``app``."""
    app.state.headers = headers or RouteHeaders()
    app.add_middleware(Compression)
    app.add_middleware(SecurityHeaders, headers=app.state.headers)
    app.add_middleware(HeadAsGet)
