from __future__ import annotations

import pytest

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.notebook.player.remaining_time import USUAL_PACE, remaining
from jupyter_tts.wire.request import SpeechRequest

RATE = 24_000
TEXT = "x" * 150


def speech(text: str, seconds: float, spoken: int) -> Speech:
    """A speech of which so much has been received."""
    made = Speech(text, SpeechRequest(), RATE, Timeline())
    made.add(Audio(bytes(2 * round(seconds * RATE)), RATE, spoken=spoken))
    return made


def test_what_is_left_of_the_text_goes_as_fast_as_what_was_spoken() -> None:
    quick = remaining(speech(TEXT, 5.0, 100), 5 * RATE, received=False)
    slow = remaining(speech(TEXT, 10.0, 100), 10 * RATE, received=False)
    assert quick == pytest.approx(50 / 20, rel=0.1)
    assert slow == pytest.approx(50 / 10, rel=0.1)


def test_what_waits_to_be_sent_is_still_to_come() -> None:
    some = speech(TEXT, 5.0, 100)
    whole, part = (remaining(some, sent, received=False) for sent in (5 * RATE, 3 * RATE))
    assert whole is not None
    assert part == pytest.approx(whole + 2.0)


def test_without_times_of_words_the_text_is_taken_to_go_at_the_usual_pace() -> None:
    left = remaining(speech(TEXT, 4.0, 0), 4 * RATE, received=False)
    assert left == pytest.approx(150 / USUAL_PACE - 4.0)
    assert remaining(speech(TEXT, 60.0, 0), 60 * RATE, received=False) == 0


def test_once_all_is_received_it_is_exact() -> None:
    assert remaining(speech(TEXT, 5.0, 100), 4 * RATE, received=True) == 1.0


def test_of_a_text_that_is_still_being_written_nobody_knows() -> None:
    assert remaining(speech("", 5.0, 0), 5 * RATE, received=False) is None
