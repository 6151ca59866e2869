"""What is told about the operations: the inspector is built from it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from app.operations.base import Operation
from app.operations.parameters import Parameter
from app.operations.reading import read_value
from app.operations.registry import OPERATIONS
from tests.operations.bound import AT

EVERY = [
    (operation, parameter)
    for operation in OPERATIONS.values()
    for parameter in operation.parameters
]


def test_description_is_json_and_complete() -> None:
    described = orjson.loads(orjson.dumps(OPERATIONS.describe()))
    assert [entry["name"] for entry in described] == ["conv", "activation", "pool"]
    for entry in described:
        assert set(entry) == {"name", "title", "kind", "summary", "parameters"}
        for parameter in entry["parameters"]:
            assert parameter["help"].endswith(".")
            assert parameter["label"]


@pytest.mark.parametrize(("operation", "parameter"), EVERY)
def test_default_is_legal(operation: Operation, parameter: Parameter) -> None:
    if parameter.default is not None and parameter.type not in ("filters", "bias"):
        read_value(parameter, parameter.default, AT)


@pytest.mark.parametrize(("operation", "parameter"), EVERY)
def test_every_limit_is_legal_itself(operation: Operation, parameter: Parameter) -> None:
    if parameter.type in ("integer", "number", "pair", "padding"):
        for limit in (parameter.minimum, parameter.maximum):
            assert limit is not None
            read_value(parameter, limit, AT)


@pytest.mark.parametrize(("operation", "parameter"), EVERY)
def test_condition_names_settings_of_the_same_operation(
    operation: Operation, parameter: Parameter
) -> None:
    choices: dict[str, Any] = {
        other.name: {choice.value for choice in other.choices} for other in operation.parameters
    }
    for name, values in parameter.applies.items():
        assert set(values) <= choices[name]


@pytest.mark.parametrize("name", ["none", "relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh"])
def test_every_function_can_be_chosen(name: str) -> None:
    (function,) = (p for p in OPERATIONS["activation"].parameters if p.name == "function")
    assert name in {choice.value for choice in function.choices}
