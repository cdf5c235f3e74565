"""What is done to the sound of a neural model."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["as_int16", "evenly", "first_audible", "without_end"]

# A sentence comes with silence before it, 0.3 s from some models, which would be a gap at a join.
_AUDIBLE = 0.002
_MARGIN = 240  # samples

# Rare peaks, twice as high as any other, would be cut off: what is above this is bent instead.
_LINEAR = 0.8  # of full scale


def first_audible(sound: Any) -> int:
    """Where the silence before a sound ends."""
    audible = np.flatnonzero(np.abs(sound) > _AUDIBLE)
    return max(0, int(audible[0]) - _MARGIN) if len(audible) else 0


def evenly(sound: Any, count: int) -> tuple[Any, list[int]]:
    """Return a sound without the silence before it, its audible part shared between phonemes."""
    sound = sound[first_audible(sound) :]
    end = len(without_end(sound))
    return sound, [end * number // count for number in range(count)]


def without_end(sound: Any) -> Any:
    """Return a sound without the silence after it."""
    audible = np.flatnonzero(np.abs(sound) > _AUDIBLE)
    return sound[: int(audible[-1]) + _MARGIN] if len(audible) else sound


def as_int16(sound: Any) -> Any:
    """Return samples as s16le."""
    return (_limited(sound) * 32767).astype("<i2")


def _limited(sound: Any) -> Any:
    """Bend what is louder than `_LINEAR`, so that it approaches full scale."""
    size = np.abs(sound)
    bent = _LINEAR + (1.0 - _LINEAR) * np.tanh((size - _LINEAR) / (1.0 - _LINEAR))
    return np.where(size > _LINEAR, np.copysign(bent, sound), sound)
