from __future__ import annotations

import pytest

from jupyter_tts.notebook.speaking.latency_target import parse_target


@pytest.mark.parametrize(
    ("text", "seconds"), [("400ms", 0.4), ("0.4s", 0.4), ("400", 0.4), (" 1.5 s ", 1.5)]
)
def test_a_target_is_written_in_milliseconds_or_seconds(text: str, seconds: float) -> None:
    assert parse_target(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1s", "49ms", "11s", "0.4", "400 m", "nan"])
def test_what_is_no_target_is_refused_with_the_range(text: str) -> None:
    with pytest.raises(ValueError, match="must be 50ms to 10s, not "):
        parse_target(text)
