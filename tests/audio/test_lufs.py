"""Loudness in LUFS: against the recommendation's own figures, and scipy's filters."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy import signal

from jupyter_tts.audio.lufs import integrated_loudness, k_weighted

# Of ITU-R BS.1770-5, tables 1 and 2, for 48 kHz.
SHELF = (
    [1.53512485958697, -2.69169618940638, 1.19839281085285],
    [1, -1.69065929318241, 0.73248077421585],
)
HIGH_PASS = ([1, -2, 1], [1, -1.99004745483398, 0.99007225036621])


def tone(hertz: float, decibels: float, seconds: float, rate: int) -> npt.NDArray[np.float64]:
    amplitude = 10 ** (decibels / 20)
    wave = amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.asarray(wave)


def s16(samples: npt.NDArray[np.float64]) -> bytes:
    return np.round(32767 * samples).astype("<i2").tobytes()


def test_the_weighting_is_that_of_the_recommendation() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 48_000)
    expected = signal.lfilter(*HIGH_PASS, signal.lfilter(*SHELF, noise))
    assert k_weighted(noise, 48_000) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
def test_a_tone_has_the_loudness_that_the_recommendation_says(rate: int) -> None:
    # Mono, so half the power of the stereo tone that has the same number in dBFS.
    assert integrated_loudness(s16(tone(997, 0, 2, rate)), rate) == pytest.approx(-3.01, abs=0.1)
    assert integrated_loudness(s16(tone(997, -20, 2, rate)), rate) == pytest.approx(-23.01, abs=0.1)


def test_pauses_and_what_is_far_softer_are_left_out() -> None:
    loud, soft = tone(997, -20, 3, 24_000), tone(997, -45, 3, 24_000)
    pause = np.zeros(72_000)
    alone = integrated_loudness(s16(loud), 24_000)
    for others in (pause, soft):
        together = integrated_loudness(s16(np.concatenate([others, loud, others])), 24_000)
        assert together == pytest.approx(alone, abs=0.5)  # blocks that reach into both count


def test_short_and_empty_sounds_have_a_loudness_too() -> None:
    assert integrated_loudness(s16(tone(997, -20, 0.1, 24_000)), 24_000) == pytest.approx(
        -23, abs=0.3
    )
    assert integrated_loudness(b"", 24_000) == -math.inf
    assert integrated_loudness(b"\1", 24_000) == -math.inf
    assert integrated_loudness(bytes(48_000), 24_000) == -math.inf
