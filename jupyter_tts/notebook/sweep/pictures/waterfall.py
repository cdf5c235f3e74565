"""From the text to the sound, for each condition: which part takes how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from .axis import Axis, axis_from_zero
from .rows import Rows
from .shapes import ACCENT, INK, QUIET, Field, Picture, picture, width_of
from .times import time_words

__all__ = ["Stages", "waterfall"]

TITLE: Final = "From the text to the sound"

_KEY: Final = 20  # pixels of the line that says what the parts are
_MOST: Final = 5  # times what was measured: a longer playout delay would hide that
_CHARACTER: Final = 6  # pixels, those of a wide font
_PARTS: Final = (
    ("connect", "connect", f'fill="{INK}"'),
    ("wait", "first byte", f'fill="{ACCENT}" fill-opacity=".75"'),
    ("silence", "leading silence", f'fill="{QUIET}" fill-opacity=".35" stroke="{QUIET}"'),
    ("playout", "playout delay", f'fill="none" stroke="{QUIET}" stroke-dasharray="3 2"'),
)


@dataclass(frozen=True, slots=True)
class Stages:
    """The moments of one condition, as medians in milliseconds from the submission of the text.

    Attributes
    ----------
    name : str
    connected, first_byte, first_sound, audible : float or None
        None where nothing was measured. Audible is what a player makes of the first sound.
    """

    name: str
    connected: float | None = None
    first_byte: float | None = None
    first_sound: float | None = None
    audible: float | None = None

    @property
    def edges(self) -> list[float]:
        """When each part ends, [] with nothing measured."""
        if self.first_byte is None or self.first_sound is None:
            return []
        sound = max(self.first_byte, self.first_sound)
        return [self.connected or 0.0, self.first_byte, sound, max(sound, self.audible or 0.0)]


def waterfall(stages: Sequence[Stages]) -> Picture:
    """Return the picture of the conditions' moments, one row each."""
    ends = [one.edges[-2:] for one in stages if one.edges]
    if any(ends) and max(end for _, end in ends) > _MOST * max(sound for sound, _ in ends):
        stages = [replace(one, audible=None) for one in stages]
    axis = axis_from_zero(edge for one in stages for edge in one.edges)
    rows = Rows([one.name for one in stages], top=_KEY, right=92)
    drawn = "".join(
        _row(one, rows.span(number), axis, rows.field) for number, one in enumerate(stages)
    )
    measured = any(one.edges for one in stages)
    scale = rows.field.axis(axis, rows.bottom + 2, _KEY) if measured else ""
    return picture(
        TITLE,
        _sentence([one for one in stages if one.edges]),
        rows.bottom + 17,
        _key(stages),
        rows.names,
        scale,
        drawn,
    )


def _row(stages: Stages, down: tuple[float, float], axis: Axis, field: Field) -> str:
    if not stages.edges:
        return field.text(0, sum(down) / 2 + 3.5, "–")
    places = [0.0, *map(axis.percent, stages.edges)]
    bars = "".join(
        field.bar(name, (start, stop), down, paint)
        for (name, _, paint), start, stop in zip(_PARTS, places, places[1:], strict=False)
    )
    words = time_words(stages.edges[2])
    y = sum(down) / 2 + 3.5
    if places[4] - places[3] > width_of(words):
        return f"{bars}{field.text(places[3], y, words, shift=5)}"
    # Behind the playout delay, it has to say that it is without that.
    delay = stages.edges[3] - stages.edges[2]
    words += f" + {time_words(delay)}" if delay else ""
    return f"{bars}{field.text(places[4], y, words, shift=5)}"


def _key(stages: Sequence[Stages]) -> str:
    """Return what the parts are, those that are there."""
    edges = [[0.0, *one.edges] for one in stages if one.edges]
    parts: list[str] = []
    x = 0
    for number, (name, words, paint) in enumerate(_PARTS):
        if edges and not any(one[number + 1] > one[number] for one in edges):
            continue
        parts.append(
            f'<svg role="none" x="{x}" overflow="visible">'
            f'<rect class="jtts-s-{name}" width="9" y="2" height="9" {paint}/>'
            f'<text x="13" y="11">{words}</text></svg>'
        )
        x += 25 + _CHARACTER * len(words)
    return "".join(parts)


def _sentence(measured: Sequence[Stages]) -> str:
    if not measured:
        return "Nothing is measured yet."
    ordered = sorted(measured, key=lambda one: one.edges[2])
    first, last = ordered[0], ordered[-1]
    earliest, latest = time_words(first.edges[2]), time_words(last.edges[2])
    if earliest == latest:
        return f"Medians. The first sound comes after {earliest}."
    return (
        f"Medians, each to its first sound: {first.name} comes first after {earliest},"
        f" {last.name} last after {latest}."
    )
