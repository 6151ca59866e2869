"""The plan of a run: what it will cost, before any of it."""

from __future__ import annotations

from app.pipeline.defaults import default_recipe
from app.pipeline.plan import plan_run
from app.pipeline.recipe import parse_recipe


def test_work_of_the_default_pipeline_is_that_of_its_convolutions() -> None:
    plan = plan_run(parse_recipe(default_recipe()), (3, 96, 96))
    assert plan.work == 954_288 + 437_400


def test_memory_covers_all_maps_and_their_previews() -> None:
    data = {"input": {"image": "coffee"}, "stages": [{"id": "r", "op": "activation"}]}
    assert plan_run(parse_recipe(data), (1, 10, 10)).run_bytes == 2 * 100 * 5


def test_an_edit_binds_only_the_stage_that_changed() -> None:
    before = plan_run(parse_recipe(default_recipe()), (3, 96, 96))
    data = default_recipe()
    data["stages"][0]["bias"] = [0.5, 0, 0, 0]
    after = plan_run(parse_recipe(data), (3, 96, 96))
    shared = [old is new for old, new in zip(before.stages, after.stages, strict=True)]
    assert shared == [False, True, True, True, True, True]


def test_stages_are_numbered_for_each_operation() -> None:
    names = ["relu", "tanh", "none"]
    stages = [
        {"id": f"s{index}", "op": "activation", "function": name}
        for index, name in enumerate(names)
    ]
    plan = plan_run(parse_recipe({"input": {"image": "coffee"}, "stages": stages}), (1, 4, 4))
    assert [stage.title for stage in plan.stages] == ["ReLU 1", "Tanh 2", "Activation 3"]
