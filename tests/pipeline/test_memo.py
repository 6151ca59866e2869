"""The memory of planned stages stays within its cost."""

from __future__ import annotations

from app.pipeline.memo import Memo


def _lengths(memo: Memo[str, str], *names: str) -> list[str]:
    made = []
    for name in names:

        def make(name: str = name) -> str:
            made.append(name)
            return name

        memo.recall(name, make, cost=len)
    return made


def test_a_value_is_made_once() -> None:
    assert _lengths(Memo(max_cost=10), "a", "b", "a") == ["a", "b"]


def test_the_least_recently_used_leaves_when_the_cost_is_reached() -> None:
    memo: Memo[str, str] = Memo(max_cost=4)
    assert _lengths(memo, "aa", "bb", "aa", "cc", "aa", "bb") == ["aa", "bb", "cc", "bb"]
    assert memo.cost == 4


def test_a_value_that_costs_more_than_everything_is_not_kept() -> None:
    memo: Memo[str, str] = Memo(max_cost=4)
    assert _lengths(memo, "a", "large", "large", "a") == ["a", "large", "large"]
