"""The OpenAPI description, arranged for the ``/docs`` page (no script, nothing from elsewhere)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.api.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of an endpoint, in words."""

    name: str
    where: str
    type: str
    default: str
    is_required: bool
    description: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One success of an endpoint."""

    status: str
    description: str
    media_types: tuple[str, ...]
    example: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One way in which an endpoint refuses."""

    status: str
    code: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Everything the page says about one method of one address."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    tag: str
    parameters: tuple[Parameter, ...]
    body_description: str
    body_example: str
    request: str
    answers: tuple[Answer, ...]
    refusals: tuple[Refusal, ...]


def endpoints(openapi: Mapping[str, Any], *, base_url: str) -> list[Endpoint]:
    """Arrange an OpenAPI description as a list of endpoints.

    Parameters
    ----------
    openapi : Mapping[str, Any]
        The description.
    base_url : str
        Where the server is, for the example requests; without a slash at the end.

    Returns
    -------
    list of Endpoint
        In the order in which the application adds its routes.
    """
    return [
        _endpoint(method, path, operation, base_url=base_url)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]


def _endpoint(method: str, path: str, operation: Mapping[str, Any], *, base_url: str) -> Endpoint:
    parameters = operation.get("parameters", [])
    body = operation.get("requestBody", {})
    return Endpoint(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        tag=operation.get("tags", ["other"])[0],
        parameters=tuple(map(_parameter, parameters)),
        body_description=body.get("description", ""),
        body_example=_body_example(body),
        request=_request(method, path, parameters, body, base_url=base_url),
        answers=tuple(_answers(operation["responses"])),
        refusals=tuple(_refusals(operation["responses"])),
    )


def _parameter(parameter: Mapping[str, Any]) -> Parameter:
    schema = parameter.get("schema", {})
    default = schema.get("default")
    return Parameter(
        name=parameter["name"],
        where=parameter["in"],
        type=_type_words(schema),
        default="" if default in (None, "") else json.dumps(default),
        is_required=parameter.get("required", False),
        description=parameter.get("description", ""),
    )


def _type_words(schema: Mapping[str, Any]) -> str:
    """Say what a value may be: "integer, at least 0", "one of light, dark"."""
    if "anyOf" in schema:
        kinds = [each for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(map(_type_words, kinds))
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return f"{schema['const']}"
    words = [schema.get("type", "any")]
    bounds = {"minimum": "at least", "maximum": "at most", "pattern": "matching"}
    words += [f"{text} {schema[name]}" for name, text in bounds.items() if name in schema]
    return ", ".join(words)


def _example_of(content: Mapping[str, Any]) -> Any:
    if "example" in content:
        return content["example"]
    return next((each["value"] for each in content.get("examples", {}).values()), None)


def _pretty(value: Any) -> str:
    """Write an example as JSON whose innermost lists stay on one line."""
    if value is None:
        return ""
    return "\n".join(_pretty_lines(value, indent=""))


def _pretty_lines(value: Any, *, indent: str) -> Iterator[str]:
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + len(indent) <= 88 or not isinstance(value, dict | list):
        yield indent + flat
        return
    is_list = isinstance(value, list)
    entries = list(value.items()) if isinstance(value, dict) else [("", each) for each in value]
    yield indent + ("[" if is_list else "{")
    for index, (name, each) in enumerate(entries):
        lines = list(_pretty_lines(each, indent=indent + "  "))
        label = "" if is_list else json.dumps(name) + ": "
        lines[0] = f"{indent}  {label}{lines[0].lstrip()}"
        lines[-1] += "," if index + 1 < len(entries) else ""
        yield from lines
    yield indent + ("]" if is_list else "}")


def _body_example(body: Mapping[str, Any]) -> str:
    for media_type, content in body.get("content", {}).items():
        if media_type == "application/json":
            return _pretty(_example_of(content))
    return ""


def _request(
    method: str,
    path: str,
    parameters: list[dict[str, Any]],
    body: Mapping[str, Any],
    *,
    base_url: str,
) -> str:
    """Write the request as a shell command, with the examples filled in."""
    query: dict[str, Any] = {}
    for parameter in parameters:
        value = _example_of(parameter)
        if value is None:
            continue
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(value))
        elif parameter["in"] == "query":
            query[parameter["name"]] = value
    address = f"{base_url}{path}" + (f"?{urlencode(query, safe=',:')}" if query else "")
    words = ["curl"] + ([f"-X {method.upper()}"] if method != "get" else []) + [f"'{address}'"]
    media_types = body.get("content", {})
    if "application/json" in media_types:
        words.append("-H 'Content-Type: application/json' -d @recipe.json")
    words += _form_words(media_types.get("multipart/form-data", {}))
    return " ".join(words)


def _form_words(form: Mapping[str, Any]) -> Iterator[str]:
    """Write the fields of a form: one file, several, or a value."""
    for name, schema in form.get("schema", {}).get("properties", {}).items():
        if schema["type"] == "array":
            yield f"-F {name}=@1.png -F {name}=@2.png"
        elif schema.get("format") == "binary":
            yield f"-F {name}=@photo.jpg"
        else:
            yield f"-F {name}={schema['default']}"


def _answers(responses: Mapping[str, Any]) -> Iterator[Answer]:
    for status, response in responses.items():
        if int(status) < 400:
            content = response.get("content", {})
            example = next(filter(None, map(_example_of, content.values())), None)
            yield Answer(
                status=status,
                description=response.get("description", ""),
                media_types=tuple(content),
                example=_pretty(example),
            )


def _refusals(responses: Mapping[str, Any]) -> Iterator[Refusal]:
    for status, response in responses.items():
        if int(status) >= 400:
            content = response.get("content", {}).get(PROBLEM_MEDIA_TYPE, {})
            for code, example in content.get("examples", {}).items():
                yield Refusal(status=status, code=code, detail=example["value"]["detail"])
