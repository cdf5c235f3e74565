from __future__ import annotations

import pytest

from jupyter_tts.notebook.runtime.settings import Settings
from jupyter_tts.notebook.speaking.latency_target import TARGET
from jupyter_tts.notebook.speaking.request import split_target
from jupyter_tts.wire.errors import ParameterError


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
