"""What the rows of a sweep say of each condition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ...wire.errors import ParameterError
from .plan import Plan
from .rows import Row
from .statistics.differences import Key
from .statistics.quantiles import Quantile, quantile

__all__ = ["MEASURES", "Summary", "condition_names", "summarise", "times_of"]

MEASURES: Final = {
    "ttfa": "time to first audio",
    "ttfb": "time to first byte",
    "connect": "time to connect",
    "silence": "leading silence",
    "gap": "time without sound",
    "duration": "length of the speech",
}
"""What can be compared, in milliseconds, by the name of a row's field."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One condition.

    Attributes
    ----------
    name : str
        What it is called.
    measured : int
        Rows, errors included.
    errors : tuple of str
        The sentences of those that failed.
    median, p95 : Quantile or None
        Of the measure (ms); None where nothing was measured.
    gaps : int
        Speeches in which a player would have run dry.
    characters : int
        Sent, those sent again included.
    """

    name: str
    measured: int
    errors: tuple[str, ...]
    median: Quantile | None
    p95: Quantile | None
    gaps: int
    characters: int


def condition_names(plan: Plan) -> list[str]:
    """Return what the conditions are called, in the order of the plan."""
    return [plan.label(condition) for condition in plan.conditions]


def times_of(plan: Plan, rows: Iterable[Row], measure: str = "ttfa") -> dict[str, dict[Key, float]]:
    """Return a measure (ms) of every whole speech, by condition, and by text and repetition.

    Raises
    ------
    ParameterError
        If there is no such measure.
    """
    if measure not in MEASURES:
        raise ParameterError([f"measure must be one of {', '.join(MEASURES)}, not {measure!r}"])
    times: dict[str, dict[Key, float]] = {name: {} for name in condition_names(plan)}
    for row in rows:
        value = getattr(row, measure)
        if value is not None and not row.error:
            times[plan.label(row.condition)][row.text, row.repetition] = value
    return times


def summarise(plan: Plan, rows: Sequence[Row], measure: str = "ttfa") -> list[Summary]:
    """Return what the rows say of each condition, in the order of the plan.

    Raises
    ------
    ParameterError
        If there is no such measure.
    """
    times = times_of(plan, rows, measure)
    summaries = []
    for name, measured in times.items():
        own = [row for row in rows if plan.label(row.condition) == name]
        values = [*measured.values()]
        summaries.append(
            Summary(
                name,
                len(own),
                tuple(row.error for row in own if row.error),
                quantile(values) if values else None,
                quantile(values, 0.95) if values else None,
                sum(row.gap > 0 for row in own),
                sum(row.characters for row in own),
            )
        )
    return summaries
