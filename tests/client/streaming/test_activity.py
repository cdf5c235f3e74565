"""Where in a sound something is to be heard."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.streaming.activity import Activity

RATE = 8_000


def pcm(seconds: float, value: int) -> bytes:
    return np.full(round(seconds * RATE), value, "<i2").tobytes()


SOUND = pcm(0.3, 0) + pcm(0.2, 5_000) + pcm(0.5, 20) + pcm(0.1, -5_000)


def listen(*parts: bytes) -> Activity:
    activity = Activity(RATE)
    for part in parts:
        activity.add(part)
    return activity


def test_sound_is_heard_and_coded_silence_is_not() -> None:
    activity = listen(SOUND)
    assert activity.heard(0.0, 1.1) == pytest.approx(0.3)
    assert activity.heard(0.0, 0.3) == 0.0
    assert activity.heard(0.4, 1.05) == pytest.approx(0.15)
    assert activity.heard(0.5, 1.0) == 0.0


def test_the_first_sound_is_found_from_any_time_on() -> None:
    activity = listen(SOUND)
    assert activity.first() == pytest.approx(0.3)
    assert activity.first(0.35) == pytest.approx(0.35)
    assert activity.first(0.5) == pytest.approx(1.0)
    assert activity.first(1.1) is None
    assert Activity(RATE).first() is None


def test_the_loudest_samples_and_those_at_the_limit_are_told_apart() -> None:
    for value, audible in ((300, 0), (301, 1), (-300, 0), (-301, 1), (32_767, 1), (-32_768, 1)):
        assert listen(pcm(0.01, value)).heard(0.0, 0.01) == pytest.approx(0.01 * audible)


def test_a_long_sound_is_heard_whether_anybody_asks_meanwhile_or_not() -> None:
    asked, activity = listen(), listen()
    for number in range(100):
        piece = pcm(1.005, 5_000 * (number % 2))
        asked.add(piece)
        activity.add(piece)
        asked.heard(0.0, 1.0)
    assert activity.heard(0.0, 101.0) == asked.heard(0.0, 101.0) == pytest.approx(50.5)
    assert activity.first(99.0) == asked.first(99.0)


def test_nothing_is_heard_where_no_sound_has_come() -> None:
    activity = listen(SOUND)
    assert activity.heard(1.1, 9.0) == 0.0
    assert activity.heard(0.5, 0.2) == 0.0
    assert activity.heard(-1.0, 0.4) == pytest.approx(0.1)


@given(st.lists(st.integers(0, len(SOUND) // 2), max_size=6))
def test_it_does_not_matter_in_which_pieces_a_sound_comes(cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), len(SOUND) // 2]
    pieces = [SOUND[2 * start : 2 * stop] for start, stop in itertools.pairwise(bounds)]
    activity = listen(*pieces)
    assert activity.heard(0.0, 1.1) == pytest.approx(0.3)
    assert activity.first(0.5) == pytest.approx(1.0)
