"""Sounds are made comparable, or refused in a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_tts.audio.loudness import leading_silence, loudness
from jupyter_tts.audio.lufs import integrated_loudness
from jupyter_tts.client.sweep.listening.sounds import SILENCE, Sound, prepare
from jupyter_tts.wire.errors import ParameterError


def tone(
    amplitude: float = 0.5,
    rate: int = 24_000,
    before: float = 0.2,
    after: float = 0.1,
    text: str = "Hello.",
    seconds: float = 0.5,
) -> Sound:
    times = np.arange(round(seconds * rate)) / rate
    wave = np.round(32767 * amplitude * np.sin(2 * np.pi * 440 * times)).astype("<i2")
    quiet = [np.zeros(round(length * rate), "<i2") for length in (before, after)]
    return Sound(text, np.concatenate([quiet[0], wave, quiet[1]]).tobytes(), rate)


def test_silence_rate_and_loudness_become_equal() -> None:
    made = prepare(
        {
            "early": [tone(0.9, before=0.0, after=0.0)],
            "late": [tone(0.1, before=0.7, after=0.3)],
            "coarse": [tone(0.3, rate=8_000)],
        }
    )
    sounds = [sound for (sound,) in made.sounds]
    assert made.sample_rate == 24_000
    for sound in sounds:
        assert leading_silence(sound, 24_000) == pytest.approx(SILENCE, abs=0.011)
        assert len(sound) / 2 / 24_000 == pytest.approx(0.5 + 2 * SILENCE, abs=0.03)
    levels = [integrated_loudness(sound, 24_000) for sound in sounds]
    assert levels == pytest.approx([levels[1]] * 3, abs=0.01)
    assert loudness(sounds[1], 24_000) == pytest.approx(0.1 / 2**0.5, rel=0.02)  # the quietest
    assert made.note == (
        "They were made as loud as the quietest, by 19.1 dB at most; the silence before and after "
        "is 50 ms in all of them; all have 24,000 Hz. Some sounds that are compared with each "
        "other are the same, sample for sample."
    )


def test_what_is_equally_loud_stays_as_it_is() -> None:
    made = prepare({"a": [tone(before=0.05, after=0.05)], "b": [tone(before=0.05, after=0.05)]})
    (first,), (second,) = made.sounds
    assert first == second
    assert made.note == (
        "They are equally loud; the silence before and after is 50 ms in all of them. All sounds "
        "that are compared with each other are the same, sample for sample."
    )
    two = [tone(), tone(0.2)]
    assert "Some sounds" in prepare({"a": two, "b": [tone(), tone(seconds=0.4)]}).note


def test_the_key_follows_the_sounds_and_their_names() -> None:
    keys = [
        prepare({"a": [tone()], "b": [tone(0.2)]}).key,
        prepare({"a": [tone(0.2)], "b": [tone()]}).key,
        prepare({"a": [tone()], "c": [tone(0.2)]}).key,
        prepare({"a": [tone()], "b": [tone(0.21)]}).key,
    ]
    assert len(set(keys)) == 4
    assert keys[0] == prepare({"a": [tone()], "b": [tone(0.2)]}).key


def test_what_cannot_be_compared_is_named_all_at_once() -> None:
    empty, silent = Sound("Hello.", b"", 24_000), Sound("Hello.", bytes(9600), 24_000)
    odd = Sound("Hello.", b"\1", 24_000)
    others = {
        "empty": [empty],
        "silent": [silent],
        "odd": [odd],
        "none": [],
        "long": [tone(rate=8_000, seconds=61)],
        "two": [tone(), tone()],
        "other": [tone(text="Goodbye.")],
    }
    with pytest.raises(ParameterError) as caught:
        prepare({"a": [tone()], **others})
    assert [*caught.value.faults] == [
        "empty has nothing to hear",
        "silent has nothing to hear",
        "odd has nothing to hear",
        "none has nothing to hear",
        "long lasts 61 s, and 60 s are the most to compare by ear",
        "a has 1 text, and two 2 texts",
        "a and other speak different texts: 'Hello.' and 'Goodbye.'",
    ]
