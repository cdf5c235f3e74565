"""The ear itself: what it hears in sounds that are known."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_tts.audio.fades import fade_in, fade_out
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.wire.errors import ConnectionLost

from .ear import Verdict, check, hear_words
from .hearing import REQUEST
from .normalising import normalised
from .voice import PLAIN, RATE, MemoryServer, Quirks, Voice

TEXT = "one two three three four"
FADE = 40


def sound(*parts: tuple[str, float] | str) -> bytes:
    """Return words, or beginnings of them, with silence between them."""
    voice = Voice(TEXT, PLAIN)
    samples = []
    for part in parts:
        word, fraction = (part, 1.0) if isinstance(part, str) else part
        frames = round(fraction * voice.frames(word))
        samples += [np.full(frames, voice.value(word), "<i2"), np.zeros(RATE // 50, "<i2")]
    return np.concatenate(samples).tobytes()


def verdict(pcm: bytes, spoken: int | None = None) -> Verdict:
    """Return what is found of a sound: complete, or with so many characters claimed."""
    speech = Speech(TEXT, REQUEST, RATE, Timeline())
    speech.add(Audio(pcm, RATE, (), spoken or 0))
    if spoken is None:
        speech.finish()
    server = MemoryServer(Voice(TEXT, Quirks(times="none")))
    return check(speech, None if spoken is None else ConnectionLost("Lost."), server)


def test_a_whole_sound() -> None:
    assert verdict(sound("one", "two", "three", "three", "four")).holds


@pytest.mark.parametrize(
    ("parts", "lost", "doubled"),
    [
        (("one", "two", "three", "four"), 1, 0),
        (("one", "two", "two", "three", "three", "four"), 0, 1),
        (("one", ("two", 0.4), "two", "three", "three", "four"), 0, 1),
        (("one", "two", "three", "three", ("four", 0.5)), 1, 0),
        (("two", "one", "three", "three", "four"), 1, 1),
        ((), 5, 0),
    ],
)
def test_what_is_missing_or_there_twice(
    parts: tuple[tuple[str, float] | str, ...], lost: int, doubled: int
) -> None:
    result = verdict(sound(*parts) if parts else b"")
    assert (result.lost, result.doubled) == (lost, doubled)
    assert not result.holds


@pytest.mark.parametrize(
    ("parts", "spoken", "holds"),
    [
        (("one", "two"), 7, True),
        (("one", "two"), 3, True),  # more was heard than is claimed
        (("one", "two", ("three", 0.5)), 7, True),
        (("one",), 7, False),
        (("one", ("two", 0.5)), 7, False),
        (("one", "two", "two"), 3, False),
        (("one", "one"), 0, False),
    ],
)
def test_an_incomplete_speech(
    parts: tuple[tuple[str, float] | str, ...], spoken: int, holds: bool
) -> None:
    assert verdict(sound(*parts), spoken).holds is holds


def test_a_word_that_goes_on_over_a_seam_is_one() -> None:
    voice = Voice(TEXT, PLAIN)
    pcm = np.full(voice.frames("three"), voice.value("three"), "<i2").tobytes()
    half = len(pcm) // 4 * 2
    seam = fade_out(pcm[half : half + 2 * FADE]) + fade_in(pcm[half : half + 2 * FADE], 0, FADE)
    joined = pcm[:half] + seam + pcm[half + 4 * FADE :]
    (word,) = hear_words(joined, voice)
    assert word.word == "three"
    assert word.whole
    (word,) = hear_words(pcm[:half] + seam + seam + pcm[half + 8 * FADE :], voice)
    assert word.whole
    (word,) = hear_words(pcm[:half] + seam + pcm[half // 2 :], voice)
    assert word.too_long


def test_a_fade_is_no_word() -> None:
    voice = Voice(TEXT, PLAIN)
    loud = np.full(FADE, 2_000, "<i2").tobytes()
    assert hear_words(fade_in(loud, 0, FADE) + fade_out(loud), voice) == []


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("20", "twenty"),
        ("1,013", "one, thirteen"),
        ("Dr.", "Doctor"),
        ("%", "percent"),
        ("$5.99,", "five dollars and ninety-nine cents,"),
        ("2026-11-29", "November twenty-nine, twenty twenty-six"),
        ("word", "word"),
        ("…", "…"),
    ],
)
def test_words_as_they_are_read(word: str, read: str) -> None:
    assert normalised(word) == read
