"""How settings are read: one form for each meaning, and nothing that is not meant."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import InvalidRequest
from app.operations.conv_settings import PARAMETERS
from app.operations.parameters import Parameter
from app.operations.reading import read_settings, read_value
from app.operations.values import shown, shown_pair
from tests.operations.bound import AT

BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("stride", 2, [2, 2]),
        ("stride", 2.0, [2, 2]),
        ("stride", [1, 3], [1, 3]),
        ("padding", 1, [[1, 1], [1, 1]]),
        ("padding", [1, 2], [[1, 1], [2, 2]]),
        ("padding", [[1, 2], [3, 4]], [[1, 2], [3, 4]]),
        ("padding", "same", "same"),
        ("groups", 4, 4),
        ("padding_mode", "circular", "circular"),
    ],
)
def test_every_way_to_say_it_has_one_form(name: str, given: Any, read: Any) -> None:
    assert read_value(BY_NAME[name], given, AT) == read


@pytest.mark.parametrize(
    ("name", "given", "nearest"),
    [
        ("stride", [0, 99], [1, 31]),
        ("groups", -3, 1),
        ("padding", [70, 1], [[64, 64], [1, 1]]),
        ("padding_mode", "Reflection", "reflect"),
        ("padding_mode", "nonsense", "zeros"),
    ],
)
def test_an_illegal_value_is_answered_with_the_nearest(name: str, given: Any, nearest: Any) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_value(BY_NAME[name], given, AT)
    assert refused.value.fix is not None
    assert refused.value.fix["changes"] == {name: nearest}
    assert refused.value.allowed


def test_null_counts_as_left_out() -> None:
    step = Parameter("step", "Step", "integer", "", 1, minimum=1, maximum=5)
    assert read_settings([step], {"step": None, "unknown": None}, AT) == {"step": 1}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x" * 100, "'" + "x" * 40 + "…'"),
        ([1, 2, 3, 4, 5], "[1, 2, 3, 4, …]"),
        ([[1, [2]], 3], "[[1, […]], 3]"),
        ([], "[]"),
        ({"a": 1}, "an object"),
        (None, "null"),
        (True, "true"),
        (0.30000000000000004, "0.3"),
        (10**50, "1" + "0" * 39 + "…"),
    ],
)
def test_messages_show_values_in_short(value: Any, words: str) -> None:
    assert shown(value) == words


def test_a_number_too_long_to_write_is_shown_in_words() -> None:
    assert shown(10**5000) == "a very long number"


def test_equal_numbers_are_shown_as_one() -> None:
    assert shown_pair([3, 3]) == "3"
    assert shown_pair([3, 5]) == "3 × 5"
    assert shown_pair([[1, 1], [1, 1]]) == "1"
