"""What the OpenAPI description says about refusals, binary answers and raw bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from app.api.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE


class Fix(BaseModel):
    """The nearest setting that works, as a patch to one stage."""

    label: str = Field(examples=["Use dilation 1"])
    stage: str = Field(examples=["conv1"])
    changes: dict[str, Any] = Field(examples=[{"dilation": [1, 1]}])


class Problem(BaseModel):
    """Any refusal (RFC 9457 with three more members)."""

    model_config = ConfigDict(extra="forbid")

    status: int = Field(ge=400, le=599, description="HTTP status")
    title: str = Field(description="The class of the problem")
    detail: str = Field(description="What was asked, why it fails, and what would work")
    code: str = Field(pattern="^[a-z_]+$", description="Stable name of the reason")
    field: str | None = Field(None, description="Path of the offending field")
    allowed: Any = Field(None, description="What the field may be")
    fix: Fix | None = None


# Every code that an answer can carry: its status and an example sentence.
PROBLEMS: Mapping[str, tuple[int, str]] = {
    "body_timeout": (408, "The body arrived too slowly; send it again."),
    "busy": (503, "34 requests are being computed or waiting; try again soon."),
    "damaged_image": (422, "The PNG ends in the middle of its pixels; save it again."),
    "internal_error": (500, "The server failed on this request. That is a defect."),
    "invalid_json": (422, "The body is not JSON (unexpected character: line 1 column 2)."),
    "invalid_request": (422, "stages[0].stride: 0 is below 1; 1 to 31 works."),
    "method_not_allowed": (405, "/api/runs does not answer PUT; the Allow header says what."),
    "not_found": (404, "There is nothing at /tea; /docs lists every address."),
    "not_ready": (503, "The server is starting; try again in a second."),
    "shape_error": (422, "kernel_size 7 spans 7 cells, but the padded input has 5 rows."),
    "too_large": (413, "The recipe is larger than 4,194,304 bytes."),
    "too_much_work": (422, "The run needs 9,000,000,000 multiply-adds; 2,000,000,000 are allowed."),
    "unknown_image": (404, "There is no picture 'tea'; /api/samples lists the samples."),
    "unknown_run": (404, "This run is not in memory; POST its recipe to /api/runs again."),
    "unsupported_format": (501, "There is no 'yaml'; json and xml can be had."),
    "unsupported_image": (415, "This is an SVG drawing; PNG, JPEG and WebP work."),
}


def refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Describe the refusals of a route for ``responses=``.

    Parameters
    ----------
    *codes : str
        Keys of :data:`PROBLEMS`.

    Returns
    -------
    dict
        One OpenAPI response for each status, with one example for each code.

    Examples
    --------
    >>> sorted(refusals("busy", "unknown_run", "not_found"))
    [404, 503]
    """
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, sentence = PROBLEMS[code]
        schema = {"$ref": "#/components/schemas/Problem"}
        content = {PROBLEM_MEDIA_TYPE: {"schema": schema, "examples": {}}}
        response = responses.setdefault(status, {"description": "", "content": content})
        named = response["content"][PROBLEM_MEDIA_TYPE]["examples"]
        named[code] = {"value": {"status": status, "code": code, "detail": sentence}}
        response["description"] = ", ".join(named)
    return responses


def binary(
    description: str, media_type: str, *, readable: Any = None
) -> dict[int | str, dict[str, Any]]:
    """Describe a successful answer that is not JSON, or not always: ``readable`` is an example."""
    content: dict[str, Any] = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    if readable is not None:
        content["application/json"] = {"example": readable}
    return {200: {"description": description, "content": content}}


def example(description: str, value: Any, *, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Describe a successful JSON answer by an example."""
    content = {"application/json": {"example": value}}
    return {status: {"description": description, "content": content}}


def json_body(description: str, value: Any) -> dict[str, Any]:
    """Describe a JSON body that a route reads by itself, for ``openapi_extra=``."""
    content = {"application/json": {"schema": {"type": "object"}, "example": value}}
    return {
        "requestBody": {"required": True, "description": description, "content": content},
    }


def describe_problems(app: FastAPI) -> None:
    """Let the OpenAPI description of ``app`` say what a refusal really looks like.

    FastAPI would describe its own form of a validation error, which is never sent here.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        description = generate()
        schemas = description.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update({**schema.pop("$defs"), "Problem": schema})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for methods in description["paths"].values():
                for operation in methods.values():
                    _replace_validation_error(operation["responses"])
        return description

    app.openapi = openapi  # type: ignore[method-assign]


def _replace_validation_error(responses: dict[str, Any]) -> None:
    if "application/json" in responses.get("422", {}).get("content", {}):
        responses["422"] = refusals("invalid_request")[422]
