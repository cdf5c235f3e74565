from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from jupyter_tts.client.speech import Speech
from jupyter_tts.client.stream import Audio
from jupyter_tts.client.timeline import Timeline
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.errors import UnsupportedFormat
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


def test_it_is_saved_as_wav(speech: Speech, tmp_path: Path) -> None:
    speech.add(Audio(LOUD, 24_000))
    path = speech.save(tmp_path / "a.WAV")
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        assert file.readframes(10_000) == LOUD


def test_another_suffix_is_refused_before_anything_is_written(
    speech: Speech, tmp_path: Path
) -> None:
    with pytest.raises(UnsupportedFormat, match=r"Name it talk\.wav"):
        speech.save(tmp_path / "talk.mp3")
    assert list(tmp_path.iterdir()) == []


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
