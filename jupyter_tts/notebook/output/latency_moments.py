"""What a picture of the latency shows, in seconds, and the axis it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...client.speech.timeline import Timeline

__all__ = ["WIDTH", "Axis", "Moments", "Numbers"]

Numbers = npt.NDArray[np.float64]

# Of the box that the shapes stand in.
WIDTH = 1000

# A wait so many times as long as everything else is not drawn.
LATEST = 0.5


class Moments:
    """What is drawn of a timeline, in seconds from its zero."""

    def __init__(self, timeline: Timeline) -> None:
        zero = timeline.zero
        self.timeline = timeline
        self.arrivals: Numbers = np.array([arrival.at - zero for arrival in timeline.arrivals])
        self.durations: Numbers = np.array([arrival.duration for arrival in timeline.arrivals])
        self.connected = None if timeline.connected is None else timeline.connected - zero
        self.first_byte = timeline.ttfb
        self.first_sound = timeline.ttfa
        start = timeline.playout_start
        self.starts = None if start is None else start - zero + (timeline.output_latency or 0.0)
        self.dry = [(dry.at - zero, dry.duration) for dry in timeline.dry]
        self.reconnects = [reconnect.at - zero for reconnect in timeline.reconnects]
        self.levels = [
            (level.at - zero, level.level) for level in timeline.levels if level.at is not None
        ]

    @property
    def ends(self) -> list[float]:
        """When what the axis must hold was over."""
        ends = [*self.arrivals[-1:], *self.reconnects, *(at for at, _ in self.levels)]
        ends += [moment for moment in (self.connected, self.first_sound) if moment is not None]
        # What waited for another player began much later: its axis would show nothing else.
        waited = self.timeline.waited > LATEST * max(ends, default=0.0)
        if self.starts is not None and not waited:
            ends += [self.starts, *(at + duration for at, duration in self.dry)]
        return [float(end) for end in ends if end > 0]

    @property
    def stretches(self) -> Iterator[tuple[float, float]]:
        """When sound was heard: from, to."""
        if self.starts is None:
            return
        at, left = self.starts, self.timeline.heard
        for begins, duration in self.dry:
            heard = min(left, begins - at + (self.timeline.output_latency or 0.0))
            yield at, at + heard
            at, left = at + heard + duration, left - heard
        if left > 0:
            yield at, at + left

    def played(self, times: Numbers) -> Numbers:
        """Return how much had been played at each of these times."""
        points, amounts = [0.0], [0.0]
        for start, stop in self.stretches:
            points += [start, stop]
            amounts += [amounts[-1], amounts[-1] + stop - start]
        return np.interp(times, points, amounts)

    def made(self, times: Numbers) -> Numbers:
        """Return how much had been made at each of these times."""
        amounts = np.concatenate([[0.0], np.cumsum(self.durations)])
        return np.asarray(amounts[np.searchsorted(self.arrivals, times, side="right")])


@dataclass(frozen=True)
class Axis:
    seconds: float

    def x(self, at: float) -> int:
        return round(WIDTH * min(max(at, 0.0), self.seconds) / self.seconds)

    def percent(self, at: float) -> float:
        return round(self.x(at) * 100 / WIDTH, 1)

    def holds(self, at: float) -> bool:
        return 0 <= at <= self.seconds

    @property
    def step(self) -> float:
        """Seconds between the marks: 1, 2 or 5 in their first digit, and four or so of them."""
        most = 1.001 * self.seconds / 3
        power = 10.0 ** np.floor(np.log10(most))
        return float(power * max(digit for digit in (1, 2, 5) if power * digit <= most))
