"""What the rows of a sweep say: its comparisons, and all of its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..measures import MEASURES
from ..plan import Plan
from ..rows import Row
from ..statistics.quantiles import Quantile, fewest_for_upper_bound, quantile
from ..summary import times_of
from .comparisons import Against, Comparison, compare, pairs_of
from .failures import failure_sentences
from .verdict import verdict
from .wording import at_least, at_most, listed, nearest, places

__all__ = ["Conclusion", "conclude"]


_MOST_TEXTS: Final = 3  # that are named


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the rows of a sweep say.

    Attributes
    ----------
    comparisons : list of Comparison
        Of the conditions that differ in one axis; empty if there is one only.
    sentences : list of str
        Empty without rows.
    """

    comparisons: list[Comparison]
    sentences: list[str]


def conclude(
    plan: Plan,
    rows: Sequence[Row],
    measure: str = "ttfa",
    *,
    same: float | None = None,
    against: Against | None = None,
    confidence: float = 0.95,
) -> Conclusion:
    """Return what the rows of a sweep say.

    Parameters
    ----------
    plan : Plan
    rows : sequence of Row
    measure : str, optional
        What is compared.
    same : float, optional
        Milliseconds below which a difference does not matter.
    against : "first" or "all", optional
        Whether each value of an axis is compared with its first one, or with each other one; if
        nobody says so, with each other one where that makes 10 comparisons at most.
    confidence : float, optional
        With which all the intervals of differences hold together.

    Raises
    ------
    ParameterError
        If one of them is not possible.
    """
    times = times_of(plan, rows, measure)
    pairs = pairs_of(plan, against)
    comparisons = compare(times, pairs=pairs, confidence=confidence)
    sentences = verdict(comparisons, same=same, measure=measure)
    values = [*next(iter(times.values())).values()]
    if not any(times.values()):
        sentences = []
    elif len(times) == 1:
        sentences = _alone(values, measure)
    failures = failure_sentences(plan, rows, pairs, confidence)
    return Conclusion(comparisons, [*sentences, *_without(rows, measure), *failures])


def _without(rows: Sequence[Row], measure: str) -> list[str]:
    """Return how many whole speeches have no such time, which no table would tell."""
    without = [row for row in rows if not row.error and getattr(row, measure) is None]
    if not without:
        return []
    what = MEASURES[measure] if any(row.ttfa is not None for row in without) else "audible sound"
    texts = [*dict.fromkeys(row.text for row in without)]
    named = f" ({listed(texts)})" if len(texts) <= _MOST_TEXTS else ""
    count = f"{len(without):,} of {len(rows):,} speeches"
    return [f"{count} have no {what}{named}: they are in none of the times."]


def _alone(values: Sequence[float], measure: str) -> list[str]:
    """Return what is said of a single condition."""
    middle, late = quantile(values), quantile(values, 0.95)
    what = f"The {MEASURES[measure]} is {nearest(middle.value, places(middle.value))} ms"
    if middle.low is None or middle.high is None:
        fewest = fewest_for_upper_bound(0.5)
        count = "in one measurement" if middle.n == 1 else f"in the median of {middle.n}"
        return [f"{what} {count} here; an interval takes {fewest}."]
    return [
        f"{what} in the median {_interval(middle)} here, with n = {middle.n:,}.",
        f"Its 95th percentile is {nearest(late.value, places(late.value))} ms {_interval(late)}.",
    ]


def _interval(found: Quantile) -> str:
    decimals = places(found.low or 0.0, found.high or 0.0)
    low = "" if found.low is None else at_least(found.low, decimals)
    if found.high is None:
        takes = f"an upper bound takes n = {fewest_for_upper_bound(0.95)}"
        return f"(95 %: {low} or more; {takes})" if low else f"({takes})"
    high = at_most(found.high, decimals)
    return f"(95 %: {low} to {high})" if low else f"(95 %: {high} or less)"
