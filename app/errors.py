"""Everything the application refuses, with stable codes and HTTP statuses.

::

    VisualizerError
    ├── InvalidRequest      422  invalid_request
    ├── UnsupportedImage    415  unsupported_image
    ├── DamagedImage        422  damaged_image
    ├── LimitExceeded       413  too_large    (too many bytes)
    │                       422  too_much_work (too many pixels, stages, multiplications)
    ├── NotFound            404  not_found, unknown_image, unknown_run
    ├── UnsupportedFormat   501  unsupported_format
    └── Busy                503  busy, with Retry-After

``app.numerics`` raises its own ``ShapeError``; the edge answers it with 422 ``shape_error``.
A message says what was asked, what it was applied to, why it fails, and what would work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class VisualizerError(Exception):
    """A request that is refused, and why.

    Parameters
    ----------
    detail : str
        One or two sentences for a person, ending with what would work.
    code : str, optional
        Stable snake_case name of the reason; the class's own when left out.
    field : str, optional
        Path of the offending field, for instance ``"stages[0].kernel_size"``.
    allowed : Any, optional
        What the field may be: a list of values, or ``{"minimum": 1, "maximum": 11}``.
    fix : Mapping[str, Any], optional
        The nearest setting that works, as a patch:
        ``{"label": "Use dilation 1", "stage": "conv1", "changes": {"dilation": [1, 1]}}``.
    headers : Mapping[str, str], optional
        HTTP headers of the answer.

    Examples
    --------
    >>> error = NotFound("There is no picture 'tea'.", code="unknown_image", field="input.image")
    >>> error.status, error.code
    (404, 'unknown_image')
    """

    default_status: ClassVar[int] = 422
    title: ClassVar[str] = "Refused"
    default_code: ClassVar[str] = "invalid_request"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        field: str | None = None,
        allowed: Any = None,
        fix: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.status = self.status_of(self.code)
        self.field = field
        self.allowed = allowed
        self.fix = fix
        self.headers = dict(headers or {})

    @classmethod
    def status_of(cls, code: str) -> int:
        """HTTP status of a refusal of this class with this code."""
        return cls.default_status


class InvalidRequest(VisualizerError):
    """The request is understood but cannot work."""

    title = "Invalid request"


class UnsupportedImage(VisualizerError):
    """The bytes are not a picture of a format that can be read."""

    default_status = 415
    title = "Unsupported image"
    default_code = "unsupported_image"


class DamagedImage(VisualizerError):
    """The bytes look like a picture but cannot be decoded."""

    title = "Damaged image"
    default_code = "damaged_image"


class LimitExceeded(VisualizerError):
    """More than this server is set up to do: bytes (413) or work (422)."""

    title = "Limit exceeded"
    default_code = "too_large"

    @classmethod
    def status_of(cls, code: str) -> int:
        """413 for too many bytes, 422 for too much work."""
        return 413 if code == "too_large" else 422


class NotFound(VisualizerError):
    """Nothing has this name here."""

    default_status = 404
    title = "Not found"
    default_code = "not_found"


class UnsupportedFormat(VisualizerError):
    """An answer cannot be had in this format; the status is that of the oEmbed specification."""

    default_status = 501
    title = "Unsupported format"
    default_code = "unsupported_format"


class Busy(VisualizerError):
    """Every worker is computing and the queue is full; the same request may be repeated."""

    default_status = 503
    title = "Busy"
    default_code = "busy"

    def __init__(self, detail: str, *, retry_after_seconds: int = 1) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})
