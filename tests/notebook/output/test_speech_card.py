"""What stands under a speech."""

from __future__ import annotations

import pytest

from jupyter_tts.client.speech.cost import Cost
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Arrival, Decision, Reconnect, Timeline
from jupyter_tts.notebook.output.speech_card import brief, dry_run_card, events_of, speech_card
from jupyter_tts.wire.request import SpeechRequest

from .test_request_card import EVIL, read


@pytest.fixture
def speech() -> Speech:
    timeline = Timeline(submitted=1.0)
    return Speech("Hello.", SpeechRequest(latency=3), 24_000, timeline)


def test_one_line_says_the_level_and_what_it_came_to(speech: Speech) -> None:
    request, timeline = speech.request, speech.timeline
    assert brief(request, timeline) == "Level 3"
    timeline.arrivals.append(Arrival(1.058, 0.5))
    timeline.silence = 0.02
    assert brief(request, timeline) == "Level 3 · 78 ms to first sound"
    timeline.levels.append(Decision(1, "chosen"))
    assert brief(request, timeline).startswith("Level 1 ·")


def test_nothing_is_said_unless_something_happened(speech: Speech) -> None:
    assert events_of(speech) == []
    assert "jtts-events" not in speech_card(speech)
    speech.timeline.underruns, speech.timeline.gap = 3, 0.4
    speech.timeline.reconnects.append(Reconnect(2.0, "lost", 5, 7))
    speech.cost = Cost(sent=12)
    speech.voice_note = f"Another speaks. {EVIL}"
    card = read(speech_card(speech))
    assert f"Another speaks. {EVIL}" in card.text
    assert "ran dry 3 times, for 400 ms. 1 reconnect, 7 characters sent twice." in card.text
    assert "12 characters sent." in card.text
    assert "script" not in card.tags


def test_the_request_unfolds_with_the_picture_first(speech: Speech) -> None:
    speech.timeline.connected = 1.1
    card = speech_card(speech)
    assert card.startswith("<details")
    assert " open" not in card[: card.index(">")]
    assert card.index("<svg") < card.index('data-copy="URL"')
    assert card.count("deprecated") == 1
    without = speech_card(speech, with_request=False)
    assert without.startswith("<svg")
    assert speech.request.url not in read(without).text


def test_a_dry_run_is_unfolded(speech: Speech) -> None:
    card = dry_run_card(speech.request, ["A note."])
    assert " open>" in card
    assert "A note." in card
    assert "<svg" not in card
    assert speech.request.url in read(card).text
