"""What every refusal must look like, asserted in one place."""

from __future__ import annotations

from typing import Any

import httpx

from app.api.schemas import PROBLEMS, Problem


def assert_problem(
    response: httpx.Response, status: int, code: str, *, field: str | None = None
) -> dict[str, Any]:
    """Assert that an answer is a well-formed refusal with this status, code and field."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in response.headers["content-security-policy"]
    content: dict[str, Any] = response.json()
    problem = Problem.model_validate(content)
    assert problem.status == status
    assert problem.code == code
    assert PROBLEMS[code][0] == status, "the documentation names another status"
    assert problem.title
    assert len(problem.detail) > 10
    assert problem.field == field
    assert "Traceback" not in response.text
    return content
