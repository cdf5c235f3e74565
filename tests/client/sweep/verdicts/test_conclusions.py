"""What is said of the rows of a whole sweep."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.rows import Row
from jupyter_tts.client.sweep.summary import summarise, times_of
from jupyter_tts.client.sweep.verdicts.comparisons import pairs_of
from jupyter_tts.client.sweep.verdicts.conclusions import conclude
from jupyter_tts.wire.errors import ParameterError

Fault = Callable[[Any], str]


def plan_of(texts: int = 5, repeat: int = 20, **axes: Any) -> Plan:
    return Plan(axes_of(axes), choose_prompts(texts), repeat=repeat)


def rows_of(plan: Plan, fault: Fault = lambda cell: "") -> list[Row]:
    """Draw rows whose levels are 10 ms apart, and whose simulated network takes 100 ms."""
    chance = np.random.default_rng(1)
    rows = []
    for cell in plan.cells:
        own = cell.condition
        far = 0 if own.get("network", "here") == "here" else 100
        time = 200 + far - 10 * own["latency"] + chance.normal(0, 10)
        error = fault(cell)
        ttfa = None if error else time
        rows.append(
            Row(
                cell=cell.name,
                condition=own,
                text=cell.prompt.name,
                repetition=cell.repetition,
                ttfa=ttfa,
                error=error,
            )
        )
    return rows


def test_conditions_that_differ_in_one_axis_are_compared() -> None:
    plan = plan_of(latency=[0, 4], network=["here", "rtt 100 ms"])
    assert [(pair.within, pair.called) for pair in pairs_of(plan)] == [
        ("this network", ("level 0", "level 4")),
        ("RTT 100 ms", ("level 0", "level 4")),
        ("level 0", ("this network", "RTT 100 ms")),
        ("level 4", ("this network", "RTT 100 ms")),
    ]
    sentences = conclude(plan, rows_of(plan)).sentences
    assert sentences[1].startswith("RTT 100 ms: level 4 is 38 ms earlier than level 0 (95 %: ")
    assert sentences[2].startswith("Level 0: this network is ")
    assert len(sentences) == 5
    few = plan_of(1, 7, latency=[0, 4], network=["here", "rtt 100 ms"])
    assert conclude(few, rows_of(few)[:-3]).sentences == [
        "Too few pairs for 4 of 4 comparisons: n = 6, and 8 are the fewest."
    ]
    three = plan_of(latency="0..4", network=["here", "rtt 100 ms"], voice=["a", "b"])
    assert len(pairs_of(three)) == 4 * 4 + 10 + 10
    assert len(pairs_of(three, "all")) == 4 * 10 + 10 + 10
    *levels, network, voices, _ = conclude(three, rows_of(three)).sentences
    assert [line.split(":")[0] for line in levels] == [
        "This network, a, earlier than level 0",
        "This network, b, earlier than level 0",
        "RTT 100 ms, a, earlier than level 0",
        "RTT 100 ms, b, earlier than level 0",
    ]
    assert network.startswith("All 10 combinations: this network is ")
    assert voices.startswith("All 10 combinations: a and b cannot be told apart with n = 100: ")


@pytest.mark.parametrize(
    ("texts", "repeat", "sentences"),
    [
        (1, 1, ["The time to first audio is 173 ms in one measurement here; an interval takes 6."]),
        (1, 2, ["The time to first audio is 176 ms in the median of 2 here; an interval takes 6."]),
        (
            5,
            3,
            [
                (
                    "The time to first audio is 173 ms in the median (95 %: 165 to 176) here, with "
                    "n = 15."
                ),
                "Its 95th percentile is 178 ms (95 %: 175 or more; an upper bound takes n = 72).",
            ],
        ),
        (
            5,
            20,
            [
                (
                    "The time to first audio is 170 ms in the median (95 %: 168 to 173) here, with "
                    "n = 100."
                ),
                "Its 95th percentile is 180 ms (95 %: 178 to 192).",
            ],
        ),
    ],
)
def test_a_single_condition_is_told_by_itself(
    texts: int, repeat: int, sentences: list[str]
) -> None:
    plan = plan_of(texts, repeat, latency=[3])
    found = conclude(plan, rows_of(plan))
    assert found.sentences == sentences
    assert found.comparisons == []


def test_errors_are_told_with_the_interval_of_their_share() -> None:
    plan = plan_of(latency=[0, 1, 2])

    def fault(cell: Any) -> str:
        level = cell.condition["latency"]
        if level == 0 and cell.repetition == 3 and cell.prompt is plan.prompts[0]:
            return "Gone."
        return "The server is busy." if level and cell.repetition < 3 * level - 2 else ""

    rows = rows_of(plan, fault)
    shares, reason, more, and_more = conclude(plan, rows).sentences[-4:]
    assert shares == (
        "Failed: 20 of 100 with level 2 (95 %: 12 to 30 %), 5 of 100 with level 1 (1 to 12 %), "
        "1 of 100 with level 0 (0 to 6 %); what failed is in none of the times."
    )
    assert reason == "The most frequent reason, 25 times: The server is busy."
    assert more == (
        "Level 2 fails more often than level 0, alone in 19 pairs and the other in 0 (p < 0.0001)."
    )
    assert and_more == (
        "Level 2 fails more often than level 1, alone in 15 pairs and the other in 0 (p < 0.0001)."
    )
    failing = [one.failing for one in summarise(plan, rows)]
    assert failing[1] == pytest.approx((0.0164, 0.1128), abs=1e-4)


def test_what_always_fails_is_compared_with_nothing() -> None:
    plan = plan_of(latency=[0, 1, 2])
    refused = rows_of(plan, lambda cell: "No level 2" if cell.condition["latency"] == 2 else "")
    sentences = conclude(plan, refused).sentences
    assert sentences[0].startswith("Level 1 is 8 ms earlier than level 0 (95 %: ")
    assert sentences[1:] == [
        (
            "Too few pairs to compare level 0 and level 1 with level 2: n = 0, and 7 are the "
            "fewest of 3 comparisons."
        ),
        "Intervals are widened for 3 comparisons, to hold together with 95 %.",
        "Failed: 100 of 100 with level 2 (95 %: 96 to 100 %); what failed is in none of the times.",
        "The reason: No level 2.",
    ]
    assert conclude(plan, rows_of(plan, lambda cell: "Busy.")).sentences == [
        "Nothing was measured: all 300 failed.",
        "The reason: Busy.",
    ]
    assert conclude(plan, []).sentences == []


def test_speeches_without_audible_sound_are_told() -> None:
    plan = plan_of(2, 10, latency=[0, 4])
    silent = [
        dataclasses.replace(row, ttfa=None) if row.text == "en short 1" else row
        for row in rows_of(plan)
    ]
    *_, sentence = conclude(plan, silent).sentences
    assert sentence == (
        "20 of 40 speeches have no audible sound (en short 1): they are in none of the times."
    )
    *_, sentence = conclude(plan, rows_of(plan), "connect").sentences
    assert sentence.startswith("40 of 40 speeches have no time to connect (en medium 1 and en sh")


def test_a_time_that_is_no_number_counts_for_nothing() -> None:
    plan = plan_of(1, 20, latency=[0, 4])
    rows = rows_of(plan)
    broken = Row.from_json(rows[0].as_json().replace(str(rows[0].ttfa), "NaN"))
    assert broken.ttfa is not None
    assert math.isnan(broken.ttfa)
    (sentence,) = conclude(plan, [broken, *rows[1:]]).sentences
    assert "nan" not in sentence.lower()
    assert min(len(own) for own in times_of(plan, [broken, *rows[1:]]).values()) == 19


def test_what_cannot_be_asked_for() -> None:
    plan = plan_of(1, 1, latency=[0, 4])
    with pytest.raises(ParameterError, match="against must be first or all, not 'last'"):
        conclude(plan, [], against="last")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="measure must be one of ttfa, "):
        conclude(plan, [], "loudness")
