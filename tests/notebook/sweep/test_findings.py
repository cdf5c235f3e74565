"""What is shown of a sweep."""

from __future__ import annotations

import re

import pytest

from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.rows import Row
from jupyter_tts.notebook.sweep.findings import Findings

TWO = {"latency": [0, 4], "voice": ["a", "b"]}
MANY = {"latency": [0, 1, 2, 3, 4], "voice": ["a", "b"], "warm": [True, False]}


@pytest.mark.parametrize(
    ("axes", "names"),
    [
        ({"latency": [0, 4]}, ["level 4"]),
        ({"latency": [0, 3, 4]}, ["level 3 − level 0", "level 4 − level 0", "level 4 − level 3"]),
        ({"latency": [0, 1, 2, 3, 4]}, ["level 1", "level 2", "level 3", "level 4"]),
        (TWO, ["level 4 − level 0, a", "level 4 − level 0, b", "b − a, level 0", "b − a, level 4"]),
        (MANY, ["5 − 1", "9 − 1", "13 − 1", "17 − 1", "6 − 2"]),
    ],
)
@pytest.mark.parametrize("filling", [True, False])
def test_the_picture_of_differences_has_what_is_compared(
    axes: dict[str, list[object]], names: list[str], filling: bool
) -> None:
    plan = Plan(axes_of(axes), choose_prompts(1), repeat=12)
    rows = [
        Row(
            cell=cell.name,
            condition=cell.condition,
            text=cell.prompt.name,
            repetition=cell.repetition,
            ttfa=200.0 - 10 * cell.condition["latency"] + cell.repetition,
        )
        for cell in plan.cells
    ]
    found = Findings(plan, rows, "ttfa", filling=filling, quality=None, scale="")
    drawn = re.findall(r"<text[^>]*>([^<]+)", found.pictures[-1].svg)
    assert drawn[: len(names)] == names
    assert bool(found.verdict) is not filling
