from __future__ import annotations

import numpy as np
import pytest

from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.request import SpeechRequest

QUIET = np.zeros(240, "<i2").tobytes()
LOUD = np.full(240, 9000, "<i2").tobytes()


@pytest.fixture
def speech() -> Speech:
    return Speech("Hi you", SpeechRequest(), 24_000, Timeline(lambda: 1.0))


def test_it_grows_by_what_arrives(speech: Speech) -> None:
    speech.add(Audio(QUIET, 24_000))
    assert speech.timeline.silence == pytest.approx(0.01)
    speech.add(Audio(LOUD, 24_000, (Word("Hi", 0.01, 0.02),)))
    assert speech.pcm == QUIET + LOUD
    assert (speech.frames, speech.duration) == (480, pytest.approx(0.02))
    assert speech.words == (Word("Hi", 0.01, 0.02),)
    assert speech.timeline.silence == pytest.approx(0.01)
    assert speech.slice(239, 241) == QUIET[:2] + LOUD[:2]


@pytest.mark.parametrize("cuts", [(), (100,), (239, 241, 700), (480,), (1, 2, 3, 959)])
def test_its_leading_silence_does_not_depend_on_how_it_came(
    speech: Speech, cuts: tuple[int, ...]
) -> None:
    sound = np.frombuffer(4 * QUIET + LOUD + QUIET, "<i2")
    for piece in np.split(sound, cuts):
        speech.add(Audio(piece.tobytes(), 24_000))
    assert speech.timeline.silence == pytest.approx(0.04)


def test_its_repr_says_whether_it_is_whole(speech: Speech) -> None:
    assert repr(speech) == "<Speech 'Hi you': 0.00 s at 24000 Hz, incomplete>"
    speech.complete = True
    assert repr(speech) == "<Speech 'Hi you': 0.00 s at 24000 Hz>"


def test_spoken_and_unspoken_are_the_text(speech: Speech) -> None:
    assert (speech.spoken, speech.unspoken) == ("", "Hi you")
    assert speech.progress == "Nothing was spoken."
    speech.add(Audio(LOUD, 24_000, (Word("Hi", 0.0, 0.01),), spoken=2))
    assert (speech.spoken, speech.unspoken) == ("Hi", " you")
    assert speech.progress == "Spoken up to “Hi”, 2 of 6 characters."
    speech.finish()
    assert (speech.spoken, speech.unspoken, speech.progress) == ("Hi you", "", "")


def test_without_times_of_words_only_the_sound_is_known(speech: Speech) -> None:
    speech.add(Audio(LOUD * 100, 24_000))
    assert (speech.spoken, speech.unspoken) == ("", "Hi you")
    assert speech.progress == "1.0 s of sound were received; which words they are is not known."
