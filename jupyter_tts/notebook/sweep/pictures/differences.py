"""How much earlier or later one condition is than another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .axis import Axis, axis_around_zero
from .rows import Rows
from .shapes import ACCENT, INK, QUIET, Field, Picture, picture

__all__ = ["Gap", "differences"]

_KEY: Final = 16
_HALF: Final = 5  # pixels, of what stands for a text
_BY_TEXT: Final = " Short upright lines: each text by itself, where the difference depends on it."


@dataclass(frozen=True, slots=True)
class Gap:
    """The difference between two conditions, in milliseconds.

    Attributes
    ----------
    name : str
        What its row is called.
    median : float or None
        Negative where the condition is earlier; None with too few pairs.
    low, high : float or None
        Its interval, None where none was computed.
    by_text : tuple of float
        The median of each text, where the difference depends on the text.
    """

    name: str
    median: float | None = None
    low: float | None = None
    high: float | None = None
    by_text: tuple[float, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether its interval leaves out zero, and no text says the opposite of another."""
        apart = self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)
        return apart and not (self.by_text and min(self.by_text) < 0 < max(self.by_text))


def differences(
    gaps: Sequence[Gap],
    title: str,
    *,
    sides: tuple[str, str] = ("earlier", "later"),
    first: int | None = 2,
    confidence: float = 0.95,
) -> Picture:
    """Return the picture of the differences, one row each.

    Parameters
    ----------
    gaps : sequence of Gap
    title : str
    sides : tuple of str and str, optional
        What lies below zero, and above.
    first : int or None, optional
        The number of the first row, where rows have numbers; None where they have none.
    confidence : float, optional
        With which the intervals hold together.
    """
    axis = axis_around_zero(
        time
        for gap in gaps
        for time in (gap.median, gap.low, gap.high, *gap.by_text)
        if time is not None
    )
    rows = Rows([gap.name for gap in gaps], top=_KEY, first=first)
    field = rows.field
    drawn = "".join(_row(gap, rows.middle(number), axis, field) for number, gap in enumerate(gaps))
    scale = ""
    if any(gap.median is not None for gap in gaps):
        zero = axis.percent(0)
        scale = (
            f"{field.axis(axis, rows.bottom + 2, _KEY, signed=True)}"
            f"{field.upright('zero', zero, (_KEY - 4, rows.bottom + 2), color=INK, width=1.5)}"
            f"{field.text(zero, 10, f'← {sides[0]}', anchor='end', shift=-6) if zero > 18 else ''}"
            f"{field.text(zero, 10, f'{sides[1]} →', shift=6) if zero < 82 else ''}"
        )
    return picture(
        title,
        _sentence(gaps, confidence),
        rows.bottom + 17,
        rows.names,
        scale,
        drawn,
    )


def _row(gap: Gap, y: float, axis: Axis, field: Field) -> str:
    if gap.median is None:
        return field.text(0, y + 4, "–")
    texts = "".join(
        field.upright("text", axis.percent(time), (y - _HALF, y + _HALF), color=INK)
        for time in gap.by_text
    )
    if gap.by_text and not gap.is_told:
        return texts  # one difference of all texts would be of none
    color = ACCENT if gap.is_told else QUIET
    name = "told" if gap.is_told else "untold"
    interval = ""
    if gap.low is not None and gap.high is not None:
        span = (axis.percent(gap.low), axis.percent(gap.high))
        interval = field.stroke(
            f"{name}-span", span, y, color=color, width=3 if gap.is_told else 1.2
        )
    place = axis.percent(gap.median)
    return texts + interval + field.dot(name, place, y, color=color, is_ring=not gap.is_told)


def _sentence(gaps: Sequence[Gap], confidence: float) -> str:
    if not any(gap.median is not None for gap in gaps):
        return "There are too few measurements to compare."
    if all(gap.low is None for gap in gaps):
        return "Medians of the paired differences so far, without intervals."
    told = sum(gap.is_told for gap in gaps)
    share = f"{confidence:.0%}".replace("%", " %")
    differ = "differs" if told == 1 else "differ"
    found = f"{told} of {len(gaps)} {differ} from zero (filled dots)."
    if not told:
        found = "None can be told from zero (rings)."
    texts = _BY_TEXT if any(gap.by_text for gap in gaps) else ""
    return f"{found} Lines: intervals that hold all at once with {share}.{texts}"
