from __future__ import annotations

import numpy as np
import pytest

from jupyter_tts.audio.loudness import equal_gains, leading_silence, loudness, scale

RATE = 24_000


def tone(amplitude: float, seconds: float) -> bytes:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.round(amplitude * 32767 * np.sin(2 * np.pi * 440 * time)).astype("<i2").tobytes()


def test_pauses_do_not_make_speech_quieter() -> None:
    spoken = tone(0.5, 1.0)
    assert loudness(spoken, RATE) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)
    assert loudness(spoken + bytes(4 * RATE), RATE) == pytest.approx(
        loudness(spoken, RATE), rel=0.01
    )


def test_equal_gains_make_two_sounds_equally_loud_and_neither_louder() -> None:
    quiet, loud = tone(0.1, 1.0), tone(0.7, 1.0)
    gains = equal_gains(loudness(loud, RATE), loudness(quiet, RATE))
    assert max(gains) == 1.0
    assert loudness(scale(loud, gains[0]), RATE) == pytest.approx(
        loudness(scale(quiet, gains[1]), RATE), rel=0.01
    )


@pytest.mark.parametrize("pcm", [b"", b"\0\0", bytes(4800)])
def test_silence_has_no_loudness_and_is_left_alone(pcm: bytes) -> None:
    assert loudness(pcm, RATE) == 0.0
    assert equal_gains(0.0, 0.3) == (1.0, 1.0)
    assert scale(pcm, 0.5) == pcm


@pytest.mark.parametrize("quiet", [0, 240, 1000, 24_000])
def test_silence_ends_with_the_first_frame_that_can_be_heard(quiet: int) -> None:
    tone = np.full(2400, 3000, "<i2")
    pcm = np.concatenate([np.zeros(quiet, "<i2"), tone]).tobytes()
    assert leading_silence(pcm, 24_000) == pytest.approx(quiet // 240 * 0.01)


def test_a_sound_too_faint_to_hear_is_silence() -> None:
    assert leading_silence(np.full(24_000, 300, "<i2").tobytes(), 24_000) is None
    assert leading_silence(b"", 24_000) is None
