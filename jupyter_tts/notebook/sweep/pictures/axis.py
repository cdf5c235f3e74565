"""The axis that a picture of a sweep stands on. Times are in milliseconds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["LOG_FROM", "Axis", "axis_around_zero", "axis_from_zero", "axis_of"]

LOG_FROM: Final = 30.0
"""An axis is logarithmic where the largest time is so many times the smallest."""

_SECOND: Final = 1000.0
_SHORTEST: Final = 1e-3  # shorter ones stand on no logarithmic axis


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of times.

    Attributes
    ----------
    low, high : float
        Its ends.
    is_log : bool
    """

    low: float
    high: float
    is_log: bool = False

    def percent(self, time: float) -> float:
        """Return where a time stands, 0 to 100; one beyond an end stands at that end."""
        time = min(max(time, self.low), self.high)
        if self.is_log:
            share = math.log(time / self.low) / math.log(self.high / self.low)
        else:
            share = (time - self.low) / (self.high - self.low)
        return round(100 * share, 2)

    @property
    def ticks(self) -> list[float]:
        """The times that are marked: five or so, 1, 2 or 5 in their first digit."""
        return self._log_ticks() if self.is_log else self._even_ticks()

    def tick_words(self, tick: float, *, signed: bool = False) -> str:
        """Return what a mark is called; those of an even axis have one unit: ``"200 ms"``."""
        if tick == 0:
            return "0"
        largest = tick if self.is_log else max(abs(self.low), abs(self.high)) / 2
        in_seconds = largest >= _SECOND
        number = tick / _SECOND if in_seconds else tick
        sign = "−" if number < 0 else "+" if signed else ""
        return f"{sign}{abs(number):.4g} {'s' if in_seconds else 'ms'}"

    def _even_ticks(self) -> list[float]:
        step = _round_step((self.high - self.low) / 5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 9) for number in range(first, last + 1)]

    def _log_ticks(self) -> list[float]:
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        few = len(powers) <= 3
        ticks = [
            float(digit * 10.0**power) for power in powers for digit in ((1, 3) if few else (1,))
        ]
        return [tick for tick in ticks if self.low <= tick <= self.high]


def axis_of(times: Iterable[float], margin: float = 0.06) -> Axis:
    """Return the axis on which times can be told apart, logarithmic where they differ widely.

    Parameters
    ----------
    times : iterable of float
    margin : float, optional
        Part of it that is left free at each end.
    """
    known = [time for time in times if math.isfinite(time)]
    if not known:
        return Axis(0.0, 1.0)
    low, high = min(known), max(known)
    if low >= _SHORTEST and high >= LOG_FROM * low:
        free = (high / low) ** margin
        return Axis(low / free, high * free, is_log=True)
    free = margin * ((high - low) or high or 1.0)
    return Axis(max(0.0, low - free), high + free)


def axis_from_zero(times: Iterable[float]) -> Axis:
    """Return the even axis from zero that holds the times."""
    return Axis(
        0.0, 1.02 * max((time for time in times if math.isfinite(time)), default=0.0) or 1.0
    )


def axis_around_zero(times: Iterable[float]) -> Axis:
    """Return the even axis that holds zero and the times."""
    known = [0.0, *(time for time in times if math.isfinite(time))]
    margin = 0.08 * ((max(known) - min(known)) or 1.0)
    return Axis(min(known) - margin, max(known) + margin)


def _round_step(most: float) -> float:
    power = 10.0 ** math.floor(math.log10(most))
    return next(digit * power for digit in (1.0, 2.0, 5.0, 10.0) if digit * power >= 0.999 * most)
