"""What the rows of a sweep say of each condition."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...wire.errors import ParameterError
from .measures import MEASURES
from .plan import Plan
from .rows import Row
from .statistics.binomial import interval
from .statistics.differences import Key
from .statistics.quantiles import Quantile, quantile

__all__ = ["Summary", "check_measure", "condition_names", "summarise", "times_of"]


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
    failing : tuple of float and float, or None
        The exact interval of 95 % of the share that fails; None without rows.
    """

    name: str
    measured: int
    errors: tuple[str, ...]
    median: Quantile | None
    p95: Quantile | None
    gaps: int
    characters: int
    failing: tuple[float, float] | None = None


def condition_names(plan: Plan) -> list[str]:
    """Return what the conditions are called, in the order of the plan."""
    return [plan.label(condition) for condition in plan.conditions]


def check_measure(measure: object) -> None:
    """Refuse what is not measured.

    Raises
    ------
    ParameterError
    """
    if not isinstance(measure, str) or measure not in MEASURES:
        raise ParameterError([f"measure must be one of {', '.join(MEASURES)}, not {measure!r}"])


def times_of(plan: Plan, rows: Iterable[Row], measure: str = "ttfa") -> dict[str, dict[Key, float]]:
    """Return a measure (ms) of every whole speech, by condition, and by text and repetition.

    Raises
    ------
    ParameterError
        If there is no such measure.
    """
    check_measure(measure)
    times: dict[str, dict[Key, float]] = {name: {} for name in condition_names(plan)}
    for row in rows:
        value = getattr(row, measure)
        if value is not None and math.isfinite(value) and not row.error:
            times[plan.label(row.condition)][row.text, row.repetition] = value
    return times


def summarise(plan: Plan, rows: Sequence[Row], measure: str = "ttfa") -> list[Summary]:
    """Return what the rows say of each condition, in the order of the plan.

    Raises
    ------
    ParameterError
        If there is no such measure.
    """
    rows_of: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        rows_of[plan.label(row.condition)].append(row)
    summaries = []
    for name, times in times_of(plan, rows, measure).items():
        own, values = rows_of[name], [*times.values()]
        errors = tuple(row.error for row in own if row.error)
        summaries.append(
            Summary(
                name,
                len(own),
                errors,
                quantile(values) if values else None,
                quantile(values, 0.95) if values else None,
                sum(row.gap > 0 for row in own),
                sum(row.characters for row in own),
                interval(len(errors), len(own)) if own else None,
            )
        )
    return summaries
