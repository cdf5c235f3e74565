"""The tests' own ear: what it takes for all of a sound."""

from __future__ import annotations

import numpy as np
import pytest

from .ear import FADE_SECONDS, Recording

RATE = 24_000
FADE = round(FADE_SECONDS * RATE)
SENT = np.random.default_rng(3).integers(1, 3000, RATE).astype(np.int16)
AT = RATE // 2
FIRST, SECOND = SENT[:AT].astype(np.float32), SENT[AT:].astype(np.float32)
FALLING = FIRST[-1] * np.linspace(1, 0, FADE, dtype=np.float32)
RISING = FIRST[-FADE:] * np.linspace(0, 1, FADE, dtype=np.float32)
OVERLAPPING = np.concatenate([FALLING[:50], FALLING[50:] + RISING[:70], RISING[70:]])


def silence(frames: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.zeros(frames, np.float32)


@pytest.mark.parametrize(
    "between",
    [
        [],
        [silence(1)],
        [silence(100)],
        [silence(9_000)],
        [FALLING, silence(FADE), RISING],
        [OVERLAPPING],
    ],
    ids=["nothing", "a sample", "a moment", "silence", "fades", "overlapping fades"],
)
def test_a_gap_takes_nothing_away(
    between: list[np.ndarray[tuple[int], np.dtype[np.float32]]],
) -> None:
    recording = Recording(RATE, np.concatenate([FIRST, *between, SECOND]))
    assert recording.is_all_of(SENT)
    gap = sum(map(len, between))
    frames = np.array([-10.0, 10, AT - 10, AT + gap + 10, RATE + gap + 10])
    assert recording.places(SENT, frames) == pytest.approx(
        [-10, 10, AT - 10, AT + 10, RATE + 10], abs=1
    )


def test_a_gap_may_be_shorter_than_the_sounds_own_silence_beside_it() -> None:
    sent = np.concatenate([SENT[:AT], [-1], np.zeros(300), SENT[AT:]]).astype(np.int16)
    quiet = np.array([-1], np.float32)
    gap = [silence(250), 0.75 * quiet]  # the sample fades in once more
    heard = np.concatenate([FIRST, quiet, *gap, silence(300), SECOND])
    assert Recording(RATE, heard).is_all_of(sent)
    assert not Recording(RATE, np.delete(heard, AT)).is_all_of(sent)


@pytest.mark.parametrize(("rate", "fade"), [(22_050, 110), (44_100, 221), (48_000, 240)])
def test_fades_are_as_long_as_the_player_makes_them_at_each_rate(rate: int, fade: int) -> None:
    falling, rising = np.full(fade, 7.5, np.float32), np.full(fade, 8.5, np.float32)
    recording = Recording(rate, np.concatenate([FIRST, falling, silence(100), rising, SECOND]))
    assert recording.is_all_of(SENT)


@pytest.mark.parametrize(
    "heard",
    [
        [FIRST[:-1], SECOND],
        [FIRST, silence(9_000), SECOND[1:]],
        [FIRST, FIRST[-1:], SECOND],
        [FIRST, np.full(9_000, 5, np.float32), SECOND],
        [FIRST],
    ],
    ids=["a sample less", "one after a gap", "one twice", "something else between", "half"],
)
def test_what_lacks_a_sample_or_has_another_is_not_all(
    heard: list[np.ndarray[tuple[int], np.dtype[np.float32]]],
) -> None:
    assert not Recording(RATE, np.concatenate(heard)).is_all_of(SENT)


def test_what_came_before_is_told_from_the_sound() -> None:
    recording = Recording(RATE, np.concatenate([SECOND, silence(50), FIRST, SECOND]))
    assert recording.ends_with_all_of(SENT)
    assert not recording.is_all_of(SENT)
