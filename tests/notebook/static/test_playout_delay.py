"""When the player begins, over arrivals: simulated in node with the player's own modules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.playout import Comparison, compare

from ...node import open_node

SIMULATE = Path(__file__).parents[3] / "benchmarks" / "playout" / "simulate.js"
TRACES = Path(__file__).parents[1] / "traces"


@pytest.fixture(scope="module")
def synthetic() -> Comparison:
    with open_node(None):  # without node the test is skipped
        return compare(count=50)


def utterance(sound: float, rate: float, *, chunk: float = 0.1, stalls: Any = ()) -> Any:
    """Arrivals at a steady rate, with stalls of (after so much sound, seconds)."""
    arrivals = []
    late = 0.0
    for i in range(round(sound / chunk)):
        made = (i + 1) * chunk
        late += sum(seconds for after, seconds in stalls if i * chunk < after <= made)
        arrivals.append({"at": made / rate + late, "sound": chunk, "left": sound - made})
    return arrivals


def hear(*utterances: Any) -> list[dict[str, float]]:
    """How a page that knows nothing yet hears these, one after the other."""
    with open_node([{"utterances": utterances}]) as node:
        heard: list[dict[str, float]] = node.call(SIMULATE, "hearAll")
    return heard


def test_a_fast_calm_stream_begins_at_once() -> None:
    first, second, *later = hear(*[utterance(6.0, 4.0)] * 4)
    assert 0.1 > first["delay"] > second["delay"]  # of which little is known yet
    assert [heard["delay"] for heard in later] == [0, 0]
    assert first["gap"] == 0


def test_sentences_that_come_in_bursts_are_no_jitter() -> None:
    bursts = utterance(9.0, 8.0, stalls=[(3.0, 0.5), (6.0, 0.5)])
    *_, last = hear(*[bursts] * 6)
    assert (last["delay"], last["gap"]) == (pytest.approx(0, abs=0.1), 0)


def test_a_slow_server_is_waited_for_once_and_no_longer_than_it_takes() -> None:
    slow = utterance(8.0, 0.8)
    least = 8.0 / 0.8 - 8.0
    *_, last = hear(*[slow] * 4)
    assert last["gap"] == 0
    assert least <= last["delay"] <= 1.2 * least


def test_a_lack_that_is_learned_too_late_costs_one_gap_not_many() -> None:
    first, *_ = hear(utterance(8.0, 0.8))
    assert first["underruns"] <= 2
    assert first["delay"] + first["gap"] <= 1.5 * (8.0 / 0.8 - 8.0)


def test_what_one_utterance_taught_the_next_begins_with() -> None:
    stalling = utterance(6.0, 1.0, stalls=[(2.0, 0.6)])
    first, *_, last = hear(*[stalling] * 4)
    assert first["gap"] > 0
    assert (last["gap"], last["delay"] > first["delay"]) == (0, True)


def test_a_network_that_has_calmed_down_is_forgiven() -> None:
    bad = utterance(6.0, 1.0, stalls=[(2.0, 0.6)])
    heard = hear(*[bad] * 3, *[utterance(6.0, 1.0)] * 30)
    assert heard[-1]["delay"] < heard[3]["delay"] / 3


def test_a_server_that_becomes_slow_in_mid_stream_stops_little() -> None:
    quick, slow = utterance(5.0, 3.0), utterance(5.0, 0.7)
    changing = quick + [{**arrival, "at": arrival["at"] + quick[-1]["at"]} for arrival in slow]
    for arrival, left in zip(changing, range(len(changing) - 1, -1, -1), strict=True):
        arrival["left"] = left / 10
    (heard,) = hear(changing)
    assert heard["underruns"] <= 2


def test_over_fifty_sessions_it_waits_less_than_half_as_long_as_half_a_second_of_buffer(
    synthetic: Comparison,
) -> None:
    assert synthetic.utterances == 1000
    assert synthetic.ours.delay < synthetic.fixed[500].delay / 2


def test_over_fifty_sessions_it_leaves_a_quarter_of_the_gaps_of_a_short_buffer(
    synthetic: Comparison,
) -> None:
    assert synthetic.ours.gap_ratio < synthetic.fixed[100].gap_ratio / 4
    assert synthetic.ours.underruns < synthetic.fixed[100].underruns / 10


def test_over_fifty_sessions_the_wait_for_sound_is_near_the_least_there_is(
    synthetic: Comparison,
) -> None:
    # As Moon, Kurose and Towsley count it: from when it was asked for until it is heard.
    heard_after = synthetic.first_message + synthetic.ours.delay
    assert heard_after < 1.25 * (synthetic.first_message + synthetic.optimum)


@pytest.mark.parametrize("name", sorted(path.stem for path in TRACES.glob("*.json")))
def test_over_a_recorded_network_it_waits_less_than_a_long_buffer_and_stops_less_than_a_short_one(
    name: str,
) -> None:
    session = json.loads((TRACES / f"{name}.json").read_text("utf-8"))
    result = compare([session] * 3)
    assert result.ours.gap <= result.fixed[100].gap
    assert result.ours.underruns <= result.fixed[100].underruns


def test_the_least_delay_is_what_the_latest_message_asks_for() -> None:
    with open_node(utterance(2.0, 1.0, stalls=[(1.0, 0.25)])) as node:
        assert node.call(SIMULATE, "leastDelay") == pytest.approx(0.25)
    with open_node(utterance(2.0, 0.5)) as node:
        # The last message brings a tenth of a second; the first did not have to be waited for.
        assert node.call(SIMULATE, "leastDelay") == pytest.approx(4.0 - 0.2 - 1.9)
