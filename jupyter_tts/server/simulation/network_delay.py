"""When messages are delivered under simulated conditions: pure arithmetic, without I/O."""

from __future__ import annotations

import enum
import random
from dataclasses import dataclass

from ...wire.conditions import Conditions

__all__ = ["Delivery", "Fate", "GenerationClock", "LinkSchedule"]


class Fate(enum.Enum):
    """Whether a message is delivered."""

    DELIVERED = "delivered"
    LAST = "last"
    """Delivered; then the connection is reset."""
    LOST = "lost"
    """Never delivered, and so is whatever follows."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """When a message is delivered, in seconds of the caller's clock, and whether at all."""

    at: float
    fate: Fate


class LinkSchedule:
    """The way from the server to one client: a bottleneck, then a delay.

    A message takes its size divided by the bandwidth to pass the bottleneck, which is free for
    the next one then; after that it takes the round-trip time and a random jitter. Messages stay in
    order.

    Parameters
    ----------
    conditions
    connection
        The number of the connection under these conditions, from 0: it seeds the jitter, which is
        the same when all is repeated.
    """

    def __init__(self, conditions: Conditions, connection: int = 0) -> None:
        self._conditions = conditions
        self._random = random.Random(f"{conditions.seed} {connection}")
        self._free = float("-inf")  # when the bottleneck has passed all so far
        self._last = float("-inf")
        self._sound = 0.0

    def schedule(self, now: float, size: int, sound: float = 0.0) -> Delivery:
        """Return when the next message is delivered, if at all.

        Parameters
        ----------
        now
            In seconds of any monotonic clock, not before that of the message before.
        size
            In bytes.
        sound
            The duration of the sound in it, in seconds.
        """
        conditions = self._conditions
        self._free = max(self._free, now)
        if conditions.bandwidth is not None:
            self._free += size * 8 / (conditions.bandwidth * 1_000)
        delay = (conditions.rtt + conditions.jitter * self._random.random()) / 1_000
        self._last = max(self._last, self._free + delay)
        return Delivery(self._last, self._fate(sound))

    def _fate(self, sound: float) -> Fate:
        before = self._sound
        self._sound += sound
        if any(_reached(mark, before) for mark in (self._stall, self._drop)):
            return Fate.LOST
        return Fate.LAST if _reached(self._drop, self._sound) else Fate.DELIVERED

    @property
    def _stall(self) -> float | None:
        return self._conditions.stall_after

    @property
    def _drop(self) -> float | None:
        return self._conditions.drop_after


class GenerationClock:
    """When the audio of one stream has been generated.

    Parameters
    ----------
    conditions
    """

    def __init__(self, conditions: Conditions) -> None:
        self._rate = conditions.generation_rate
        self._first = conditions.first_audio_delay / 1_000
        self._busy = float("-inf")

    def made(self, now: float, sound: float) -> float:
        """Return when so many seconds of audio, asked for now, are there."""
        if not sound:
            return now  # no audio is no work
        self._busy = max(self._busy, now) + self._first
        self._first = 0.0
        if self._rate is not None:
            self._busy += sound / self._rate
        return self._busy


def _reached(mark: float | None, sound: float) -> bool:
    # A sum of durations may miss the mark by less than a sample.
    return mark is not None and sound > mark - 1e-6
