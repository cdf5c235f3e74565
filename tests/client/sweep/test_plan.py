"""What a sweep measures, and in which order."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import PROMPTS, choose_prompts
from jupyter_tts.client.sweep.rows import Row
from jupyter_tts.wire.errors import ParameterError


def plan(*, repeat: int = 3, seed: int = 1, **axes: object) -> Plan:
    return Plan(axes_of(axes or {"latency": "0..4"}), choose_prompts(2), repeat, seed)


def test_each_block_has_every_condition_with_every_text_in_an_order_of_its_own() -> None:
    cells = plan().cells
    blocks = [cells[start : start + 10] for start in range(0, 30, 10)]
    contents = [
        Counter((cell.condition["latency"], cell.prompt.name) for cell in block) for block in blocks
    ]
    assert all(content == contents[0] and len(content) == 10 for content in contents)
    assert [cell.repetition for cell in cells] == [0] * 10 + [1] * 10 + [2] * 10
    orders = [[cell.name.rpartition("/")[0] for cell in block] for block in blocks]
    assert orders[0] != orders[1]


def test_the_order_follows_from_the_seed() -> None:
    assert plan().cells == plan().cells
    assert plan().cells != plan(seed=2).cells
    assert plan().key == plan().key
    assert len({plan().key, plan(seed=2).key, plan(repeat=4).key, plan(latency=[1]).key}) == 4


def test_what_was_measured_is_not_left() -> None:
    made = plan()
    first = made.cells[0]
    row = Row(
        cell=first.name,
        condition=first.condition,
        text=first.prompt.name,
        repetition=0,
        arrivals=((500.0, 10.0),),
    )
    assert made.left([row]) == made.cells[1:]
    assert made.seconds([row]) == pytest.approx(29 * 0.5)
    assert made.seconds() > 0


def test_characters_are_those_of_what_is_sent() -> None:
    texts = ["**Bold** move.", "Plain."]
    made = Plan(axes_of({"read": ["auto", "plain"]}), choose_prompts(texts), repeat=2)
    assert made.characters == 2 * (len("Bold move.") + len(texts[0]) + 2 * len("Plain."))
    bold = next(cell for cell in made.cells if cell.prompt.text == texts[0])
    row = Row(cell=bold.name, condition=bold.condition, text=bold.prompt.name, repetition=0)
    sent = len(texts[0]) if bold.condition["read"] == "plain" else len("Bold move.")
    assert made.characters_left([row]) == made.characters - sent


def test_a_condition_is_called_by_what_varies() -> None:
    made = plan(latency=[0, 4], voice="heart")
    assert [made.label(condition) for condition in made.conditions] == ["level 0", "level 4"]


def test_thirty_prompts_in_three_lengths_and_ten_languages() -> None:
    assert len(PROMPTS) == 30
    assert len({prompt.language for prompt in PROMPTS}) == 10
    lengths = {"short": 0, "medium": 50, "long": 120}
    for prompt in PROMPTS:
        if prompt.language not in ("ja", "zh"):  # which say more in a character
            assert len(prompt.text) >= lengths[prompt.name.split()[1]]
    assert [prompt.name for prompt in choose_prompts(4)] == [
        "en short 1",
        "en medium 1",
        "en long 1",
        "en short 2",
    ]
    assert [prompt.language for prompt in choose_prompts(3, language="de")] == ["de", "de", "en"]


@pytest.mark.parametrize("texts", [0, 31, [], [""], ["a", "a"], " ", None, {"a": "b"}])
def test_texts_that_cannot_be_measured_are_refused(texts: object) -> None:
    with pytest.raises(ParameterError, match="texts"):
        choose_prompts(texts)  # type: ignore[arg-type]


def test_a_plan_has_bounds() -> None:
    with pytest.raises(ParameterError, match="repeat must be a whole number"):
        plan(repeat=0)
    with pytest.raises(ParameterError, match="measurements, and 100,000 are the most"):
        plan(repeat=20_000)
    with pytest.raises(ParameterError, match="100,000 are the most"):  # before they are made
        plan(**{name: [part / 1_000 for part in range(1_000)] for name in ("stability", "style")})
    assert plan(repeat=np.int64(3)).key == plan().key  # type: ignore[arg-type]
