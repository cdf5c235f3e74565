"""What may be simulated, and how it is asked for."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

import pytest

from jupyter_tts.wire.condition_options import add_condition_options, conditions_from_options
from jupyter_tts.wire.conditions import Conditions
from jupyter_tts.wire.errors import ParameterError


def parsed(*arguments: str) -> Conditions:
    parser = argparse.ArgumentParser()
    add_condition_options(parser)
    return conditions_from_options(parser.parse_args(arguments))


def test_without_options_there_is_nothing_to_simulate() -> None:
    assert parsed() == Conditions()
    assert not Conditions().shapes_traffic


def test_every_condition_has_an_option() -> None:
    values: dict[str, Any] = {
        "rtt": 200.0,
        "jitter": 50.0,
        "bandwidth": 512.0,
        "generation_rate": 4.0,
        "first_audio_delay": 300.0,
        "drop_after": 2.5,
        "stall_after": 3.5,
        "quota": 300,
        "concurrency": 2,
        "seed": 7,
    }
    assert {field.name for field in dataclasses.fields(Conditions)} == {*values, "status"}
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in values.items()]
    statuses = ["--status", "503:0.25", "--status=429:0.5"]
    assert parsed(*arguments, *statuses) == Conditions(**values, status={503: 0.25, 429: 0.5})
    assert parsed("--status", "401").status == {401: 1.0}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"rtt": -1}, "rtt must be 0 to 5000, not -1"),
        ({"rtt": None}, "rtt"),
        ({"rtt": True}, "rtt"),
        ({"jitter": float("nan")}, "jitter"),
        ({"bandwidth": 39}, "bandwidth must be 40 to"),
        ({"generation_rate": 0}, "generation_rate"),
        ({"first_audio_delay": 30_001}, "first_audio_delay"),
        ({"drop_after": 0}, "drop_after"),
        ({"stall_after": -1}, "stall_after"),
        ({"concurrency": 0}, "concurrency"),
        ({"concurrency": 1.5}, "concurrency"),
        ({"seed": -1}, "seed"),
        ({"status": {200: 1.0}}, "400 to 599"),
        ({"status": {503: 1.5}}, "probabilities of 0 to 1"),
        ({"status": {503: 0.7, 429: 0.7}}, "must not exceed 1 together"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(ParameterError, match=named):
        Conditions(**changes)


def test_all_faults_are_reported_at_once() -> None:
    with pytest.raises(ParameterError) as refused:
        Conditions(rtt=-1, seed=-1)
    assert len(refused.value.faults) == 2


def test_what_is_given_cannot_be_changed_from_outside() -> None:
    statuses = {503: 0.5}
    conditions = Conditions(status=statuses)
    statuses[503] = 7
    assert conditions.status == {503: 0.5}


def test_what_is_written_down_is_read_back() -> None:
    conditions = Conditions(rtt=200, bandwidth=64, quota=0, status={503: 0.25, 429: 0.5}, seed=9)
    assert Conditions.of(json.loads(json.dumps(conditions.plain))) == conditions
    assert Conditions.of({}) == Conditions()


@pytest.mark.parametrize(
    ("conditions", "summary"),
    [
        (Conditions(), ""),
        (Conditions(seed=7), ""),
        (Conditions(status={503: 0.0}), ""),
        (Conditions(rtt=200, bandwidth=64), "RTT 200 ms, 64 kbit/s"),
        (Conditions(rtt=1_500.5, seed=7), "RTT 1,500.5 ms, seed 7"),
        (Conditions(status={503: 0.25}, quota=0), "HTTP 503 (25%), quota 0 characters"),
    ],
)
def test_the_summary_of_conditions_is_short(conditions: Conditions, summary: str) -> None:
    assert conditions.summary == summary
