"""Latency against quality: what a listener gives up for a sound that begins earlier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ....client.sweep.verdicts.wording import capital
from .axis import Axis, axis_of
from .rows import is_numbered
from .shapes import Field, Picture, picture, width_of
from .times import time_words

__all__ = ["Interval", "tradeoff"]

_TOP: Final = 18
_HEIGHT: Final = 190
_FIELD: Final = Field()


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its interval; a bound that is not known is None."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The interval, as far as it is known."""
        low = self.value if self.low is None else self.low
        return low, self.value if self.high is None else self.high


def tradeoff(
    latency: Mapping[str, Interval], quality: Mapping[str, Interval], measure: str, scale: str
) -> Picture:
    """Return the picture of the conditions that have both, each a cross of its two intervals.

    Parameters
    ----------
    latency : mapping
        By the name of the condition, in milliseconds.
    quality : mapping
        By the name of the condition; more is better.
    measure, scale : str
        What latency and quality are: ``"time to first audio"``, ``"preference"``.
    """
    both = {name: (latency[name], quality[name]) for name in latency if name in quality}
    across = axis_of((end for one, _ in both.values() for end in one.ends), margin=0.1)
    ends = [end for _, one in both.values() for end in one.ends]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    margin = 0.08 * ((high - low) or 1.0)
    down = Axis(low - margin, high + margin)
    bottom = _TOP + _HEIGHT
    places = {
        name: (across.percent(one.value), bottom - down.percent(other.value) * _HEIGHT / 100)
        for name, (one, other) in both.items()
    }
    crosses = "".join(_cross(one, other, across, down, bottom) for one, other in both.values())
    marks = "".join(
        f"{_FIELD.stroke('grid', (0, 100), y, width=0.5)}{_FIELD.text(0, y - 3, f'{tick:g}')}"
        for tick in down.ticks
        for y in (bottom - down.percent(tick) * _HEIGHT / 100,)
    )
    return picture(
        f"{measure[:1].upper()}{measure[1:]} and {scale}",
        _sentence(both, measure, scale),
        bottom + 16,
        _FIELD.text(0, 10, f"↑ {scale}"),
        _FIELD.axis(across, bottom, _TOP),
        marks,
        crosses,
        _labels(places, bottom),
    )


def _cross(one: Interval, other: Interval, across: Axis, down: Axis, bottom: int) -> str:
    x, y = across.percent(one.value), bottom - down.percent(other.value) * _HEIGHT / 100
    left, right = (across.percent(end) for end in one.ends)
    low, high = (bottom - down.percent(end) * _HEIGHT / 100 for end in other.ends)
    return (
        f"{_FIELD.stroke('span', (left, right), y, width=1.4)}"
        f"{_FIELD.upright('span', x, (high, low), width=1.4)}{_FIELD.dot('mark', x, y)}"
    )


def _labels(places: Mapping[str, tuple[float, float]], bottom: int) -> str:
    """Return the names beside their dots, where no other one is; many are numbers."""
    taken: list[tuple[float, float, float, float]] = [
        (x - 1.5, x + 1.5, y - 5, y + 5) for x, y in places.values()
    ]
    labels: list[str] = []
    numbered = is_numbered([*places])
    for number, (name, (x, y)) in enumerate(places.items(), 1):
        words = str(number) if numbered else name
        room = width_of(words)
        spots = [
            (left, y + offset)
            for offset in (-7, 14, -19, 26, -31, 38)
            for left in (x + 1.5, x - 1.5 - room)
            if left >= 0 and left + room <= 102 and 8 < y + offset <= bottom - 2
        ] or [(min(x + 1.5, 100 - room), y - 7)]
        free = (spot for spot in spots if not _hits(spot, room, taken))
        left, base = next(free, spots[0])
        taken.append((left, left + room, base - 9, base + 2))
        labels.append(_FIELD.text(round(left, 2), round(base, 1), words))
    return "".join(labels)


def _hits(
    spot: tuple[float, float], room: float, taken: list[tuple[float, float, float, float]]
) -> bool:
    left, base = spot
    return any(
        left < right and left + room > start and base - 9 < low and base + 2 > high
        for start, right, high, low in taken
    )


def _sentence(both: Mapping[str, tuple[Interval, Interval]], measure: str, scale: str) -> str:
    if not both:
        return "No condition has both."
    first = min(both, key=lambda name: both[name][0].value)
    best = max(both, key=lambda name: both[name][1].value)
    shortest = f"{capital(first)} has the shortest {measure}, {time_words(both[first][0].value)}"
    if both[first][1].value == both[best][1].value:
        alike = sum(one.value == both[best][1].value for _, one in both.values()) > 1
        return f"{shortest}, and {'no other has a higher' if alike else 'the highest'} {scale}."
    (early, worse), (late, better) = both[first], both[best]
    apart = "" if worse.ends[1] < better.ends[0] else "; the intervals of both overlap"
    more, later = better.value - worse.value, late.value - early.value
    return (
        f"{shortest}; {best} has the highest {scale},"
        f" {more:.2g} more for {time_words(later)}{apart}."
    )
