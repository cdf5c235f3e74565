from __future__ import annotations

import pytest

from jupyter_tts.notebook.runtime.settings import Settings
from jupyter_tts.notebook.speaking.latency_target import TARGET, parse_target, split_target
from jupyter_tts.wire.errors import ParameterError


@pytest.mark.parametrize(
    ("text", "seconds"), [("400ms", 0.4), ("0.4s", 0.4), ("400", 0.4), (" 1.5 s ", 1.5)]
)
def test_a_target_is_written_in_milliseconds_or_seconds(text: str, seconds: float) -> None:
    assert parse_target(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1s", "49ms", "11s", "0.4", "400 m", "nan"])
def test_what_is_no_target_is_refused_with_the_range(text: str) -> None:
    with pytest.raises(ValueError, match="must be 50ms to 10s, not "):
        parse_target(text)


def test_auto_has_a_target_of_its_own() -> None:
    assert split_target({"latency": "auto", "voice": "x"}, Settings()) == ({"voice": "x"}, TARGET)


def test_a_target_is_taken_in_seconds_or_as_a_text() -> None:
    assert split_target({"latency": "auto", "target": 0.6}, Settings()) == ({}, 0.6)
    assert split_target({"target": "600ms"}, Settings()) == ({}, 0.6)


def test_a_level_that_is_given_stays() -> None:
    assert split_target({"latency": 3}, Settings()) == ({"latency": 3}, None)


@pytest.mark.parametrize(
    "parameters",
    [{"latency": 3, "target": 0.4}, {"target": 11.0}, {"target": "x"}, {"target": True}],
)
def test_what_contradicts_is_refused(parameters: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match="target "):
        split_target(parameters, Settings())
