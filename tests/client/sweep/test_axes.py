"""What a sweep may vary, and how it is written."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.sweep.axes import Axis, axes_of, conditions_of, read_network
from jupyter_tts.wire.conditions import CONDITIONS, Conditions
from jupyter_tts.wire.errors import ParameterError


def test_axes_are_lists_ranges_or_single_values() -> None:
    axes = axes_of(
        {
            "latency": "0..4",
            "voices": ["heart", "en-us"],
            "stability": ["0.5", 1],
            "transport": "http",
            "network": ["here", "RTT 100 ms", Conditions(jitter=20)],
            "arrival": "as tokens",
            "warm": [True, False],
        }
    )
    assert [(axis.name, axis.values) for axis in axes] == [
        ("latency", (0, 1, 2, 3, 4)),
        ("voice", ("heart", "en-us")),
        ("stability", (0.5, 1.0)),
        ("transport", ("http",)),
        ("network", ("here", "RTT 100 ms", "jitter 20 ms")),
        ("arrival", ("as tokens",)),
        ("warm", (True, False)),
    ]


@pytest.mark.parametrize(
    ("axes", "fault"),
    [
        ({"latency": []}, "latency has no values to vary"),
        ({"latency": [2, 2]}, "latency has 2 twice"),
        ({"latency": [0, 7]}, "latency must be a whole number from 0 to 4, not 7"),
        ({"latency": "4..0"}, "latency has no values to vary"),
        ({"cache": [True, False]}, "cache cannot be varied"),
        ({"loudness": [1]}, "loudness is no parameter, and neither network nor arrival"),
        ({"network": ["slow"]}, "network must be here, or as in 'rtt 100 ms, jitter 30 ms'"),
        ({"network": ["rtt 9,000,000 ms"]}, "rtt must be 0 to 5000"),
        ({"arrival": ["late"]}, "arrival must be at once or as tokens, not 'late'"),
        ({"network": ["rtt .. ms"]}, "network must be here, or as in"),
        ({"network": ["rtt 9 ms,rtt 8 ms"]}, "network says 'rtt 8 ms' beside another of the kind"),
        ({"voice": ["a"], "voices": ["b"]}, "voice is there twice"),
        ({"latency": "0..999999999999"}, "latency must be a whole number from 0 to 4, not 5"),
        ({"speed": itertools.repeat(1.0)}, "speed has more than 1,000 values"),
    ],
)
def test_what_cannot_be_varied_is_refused(axes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ParameterError) as refused:
        axes_of(axes)
    assert any(one.startswith(fault) for one in refused.value.faults)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ParameterError) as refused:
        axes_of({"latency": [], "stability": [2]})
    assert len(refused.value.faults) == 2


def test_conditions_are_all_combinations() -> None:
    axes = axes_of({"latency": [0, 4], "network": ["here", "rtt 100 ms"]})
    assert conditions_of(axes) == [
        {"latency": 0, "network": "here"},
        {"latency": 0, "network": "RTT 100 ms"},
        {"latency": 4, "network": "here"},
        {"latency": 4, "network": "RTT 100 ms"},
    ]


def test_a_level_that_a_model_does_not_take_is_not_varied() -> None:
    axes = axes_of({"latency": [0, 4], "model": ["eleven_flash_v2_5", "eleven_v3"]})
    with pytest.raises(ParameterError, match="eleven_v3 takes no latency level"):
        conditions_of(axes)
    assert len(conditions_of(axes_of({"latency": 2, "model": "eleven_v3"}))) == 1


def test_values_are_called_what_a_reader_calls_them() -> None:
    assert Axis("latency", (4,)).label(4) == "level 4"
    assert Axis("network", ("here",)).label("here") == "this network"
    assert Axis("warm", (False,)).label(False) == "cold socket"
    assert Axis("speaker_boost", (False,)).label(False) == "no speaker boost"
    assert Axis("stability", (0.5,)).label(0.5) == "stability 0.5"
    assert Axis("schedule", ((50, 90),)).label((50, 90)) == "schedule 50 90"


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.integers(int(max(declared.low, 1)), int(min(declared.high, 5_000)))
            for name, declared in CONDITIONS.items()
            if declared.low <= 5_000 and name != "seed"
        },
    )
)
def test_a_network_is_read_as_its_summary_writes_it(numbers: dict[str, int]) -> None:
    simulated = Conditions(**numbers)  # type: ignore[arg-type]
    assert read_network(simulated.summary or "here") == simulated
