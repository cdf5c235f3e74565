"""Where in a sound something is to be heard."""

from __future__ import annotations

import numpy as np

__all__ = ["Activity"]

_FRAME = 0.01  # seconds
# The peak of what can be heard, out of 32,767: below it is the noise of a coded silence.
_AUDIBLE = 300
# Bytes that wait until somebody asks, at most, some three seconds: arrays pay with more than a
# message has, all the more in real time, when every message finds the processor's caches cold.
_MOST_WAITING = 1 << 17


class Activity:
    """Which frames of 10 ms of a sound can be heard, as it comes.

    Parameters
    ----------
    sample_rate : int
        Hz.
    """

    def __init__(self, sample_rate: int) -> None:
        self._size = max(1, round(_FRAME * sample_rate))
        self._seconds = self._size / sample_rate
        self._frames = bytearray()  # 1 for what can be heard
        self._waiting = bytearray()

    def add(self, pcm: bytes) -> None:
        """Take what comes next (s16le mono)."""
        self._waiting += pcm
        if len(self._waiting) > _MOST_WAITING:
            self._look()

    def _look(self) -> None:
        """Look at the whole frames of what waits."""
        end = len(self._waiting) // (2 * self._size) * 2 * self._size
        if not end:
            return
        # Without a sign, what lies below -_AUDIBLE is large, too.
        loud = np.frombuffer(self._waiting[:end], "<u2") + np.uint16(_AUDIBLE) > 2 * _AUDIBLE
        self._frames += loud.reshape(-1, self._size).any(axis=1).tobytes()
        del self._waiting[:end]

    def first(self, start: float = 0.0) -> float | None:
        """Return when something is heard first from a time (s) on, None if nothing is."""
        self._look()
        index = self._frames.find(1, max(0, round(start / self._seconds)))
        return None if index < 0 else index * self._seconds

    def last(self, stop: float) -> float | None:
        """Return when something is heard last before a time (s), None if nothing is."""
        self._look()
        index = self._frames.rfind(1, 0, max(0, round(stop / self._seconds)))
        return None if index < 0 else (index + 1) * self._seconds

    def heard(self, start: float, stop: float) -> float:
        """Return for how many seconds something is heard between two times."""
        self._look()
        low, high = round(start / self._seconds), round(stop / self._seconds)
        return self._frames.count(1, max(0, low), max(0, high)) * self._seconds
