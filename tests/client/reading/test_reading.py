"""Which readers a request has, and in which language they read."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_tts.client.reading.reading import reading_of
from jupyter_tts.wire.request import SpeechRequest


def spoken(text: str, **parameters: Any) -> str:
    reading = reading_of(SpeechRequest(server="local", **parameters))
    reading.feed(text, ended=True)
    return reading.spoken


@pytest.mark.parametrize(
    "parameters",
    [{"read": "plain"}, {"ssml": True}, {"read": "markdown", "ssml": True}],
    ids=str,
)
def test_a_text_is_sent_as_it_is_by_no_reader(parameters: dict[str, Any]) -> None:
    assert reading_of(SpeechRequest(**parameters)).forms == []
    assert spoken("*so* it `is`", **parameters) == "*so* it `is`"


def test_markdown_is_read_by_itself_and_where_no_endpoint_reads_ssml() -> None:
    assert spoken("*so* it `is`") == "so it is"
    assert spoken("*so* it `is`", ssml=True, model="eleven_v4") == "so it is"
    assert spoken("```\nx\n```\nso") == "so"
    assert spoken("```\nx\n```\nso", read_code=True).split() == ["x", "so"]


def test_a_formula_is_read_in_the_language_asked_for_or_that_of_the_voice() -> None:
    english, german = (spoken("$\\sqrt{a}$", language=name) for name in ("en", "de"))
    assert english != german
    assert spoken("$\\sqrt{a}$", voice="de") == spoken("$\\sqrt{a}$", voice="de+f3") == german
    assert spoken("$\\sqrt{a}$") == spoken("$\\sqrt{a}$", voice="heart") == english
