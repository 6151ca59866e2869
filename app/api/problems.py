"""Every refusal as ``application/problem+json``: one shape, whatever went wrong and where."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import VisualizerError
from app.numerics import ShapeError

MEDIA_TYPE = "application/problem+json"

_logger = logging.getLogger(__name__)

# What Starlette and FastAPI refuse by themselves: code and sentence per status.
_HTTP_REASONS: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "The request could not be read; /docs shows an example of each one."),
    404: ("not_found", "There is nothing at {path}; /docs lists every address."),
    405: ("method_not_allowed", "{path} does not answer {method}; the Allow header says what."),
    408: ("body_timeout", "The body arrived too slowly; send it again."),
    413: ("too_large", "The request is larger than this server accepts."),
}


def problem(
    *,
    status: int,
    title: str,
    detail: str,
    code: str,
    field: str | None = None,
    allowed: Any = None,
    fix: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write one refusal.

    Parameters
    ----------
    status : int
        HTTP status, at least 400.
    title, detail, code : str
        The class of the problem, a sentence about this one, and its stable name.
    field, allowed, fix
        As in :class:`app.errors.VisualizerError`; left out when None.
    headers : Mapping[str, str], optional
        Further headers.

    Returns
    -------
    Response
        ``application/problem+json``, never stored by caches.

    Examples
    --------
    >>> problem(status=404, title="Not found", detail="Nothing.", code="not_found").body
    b'{"status":404,"title":"Not found","detail":"Nothing.","code":"not_found"}'
    """
    content = {"status": status, "title": title, "detail": detail, "code": code}
    optional = {"field": field, "allowed": allowed, "fix": fix}
    content |= {key: value for key, value in optional.items() if value is not None}
    return Response(
        orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY, default=list),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def install(app: FastAPI) -> None:
    """Answer every failure of ``app`` with a problem."""
    app.add_exception_handler(VisualizerError, _refused)
    app.add_exception_handler(ShapeError, _shape_refused)
    app.add_exception_handler(RequestValidationError, _parameter_refused)
    app.add_exception_handler(HTTPException, _http_refused)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, VisualizerError)
    return problem(
        status=error.status,
        title=error.title,
        detail=error.detail,
        code=error.code,
        field=error.field,
        allowed=error.allowed,
        fix=error.fix,
        headers=error.headers,
    )


async def _shape_refused(request: Request, error: Exception) -> Response:
    return problem(status=422, title="Shapes do not fit", detail=str(error), code="shape_error")


async def _parameter_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = field_path(first["loc"][1:])
    sentence = f"{field}: {first['msg']}." if field else f"{first['msg']}."
    return problem(
        status=422,
        title="Invalid request",
        detail=sentence,
        code="invalid_request",
        field=field or None,
        allowed=_allowed(first.get("ctx", {})),
    )


def field_path(location: Sequence[int | str]) -> str:
    """Write a place in the request as people write it.

    Examples
    --------
    >>> field_path(("stages", 0, "stride"))
    'stages[0].stride'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".")


def _allowed(context: Mapping[str, Any]) -> dict[str, Any] | str | None:
    """Tell what would be accepted from pydantic's note on a failed check."""
    if "expected" in context:
        return str(context["expected"])
    bounds = {"minimum": context.get("ge"), "maximum": context.get("le")}
    return {name: bound for name, bound in bounds.items() if bound is not None} or None


async def _http_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    fallback = ("http_error", f"{title}: {error.detail}")
    code, sentence = _HTTP_REASONS.get(error.status_code, fallback)
    names = {"path": request.url.path, "method": request.method}
    detail = sentence.format(**names) if code != "http_error" else sentence
    return problem(
        status=error.status_code,
        title=title,
        detail=detail,
        code=code,
        headers=error.headers,
    )


async def _failed(request: Request, error: Exception) -> Response:
    _logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    # Answered outside every middleware, so the security headers are added here.
    return problem(
        status=500,
        title="Internal error",
        detail="The server failed on this request. That is a defect of Kernelscope, not yours.",
        code="internal_error",
        headers=request.app.state.headers.of(request.url.path),
    )
