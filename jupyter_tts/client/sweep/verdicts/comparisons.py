"""Which conditions are compared with each other, and what that finds."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from ....wire.errors import ParameterError
from ..plan import Plan
from ..statistics.differences import Difference, Key, difference, paired
from ..statistics.groups import p_value

__all__ = ["AGAINST", "Comparison", "Pair", "check_against", "compare", "pairs_among", "pairs_of"]

Against = Literal["first", "all"]

AGAINST: Final = ("first", "all")
"""Compare each with the first one, or each with each other one."""

# The most comparisons that are all made where nobody said which: each makes all intervals wider.
_MOST_OF_ALL: Final = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """Two conditions to compare.

    Attributes
    ----------
    first, second : str
        What they are called.
    within : str
        What they have in common, of what varies.
    called : tuple of str and str
        What they are called beside that.
    axis : str
        What they differ in.
    """

    first: str
    second: str
    within: str
    called: tuple[str, str]
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two conditions, and the difference between them.

    Attributes
    ----------
    pair : Pair
    found : Difference or None
        In the unit of the measure, negative where the second is earlier; None with too few pairs.
    family : int
        Comparisons that were made together.
    confidence : float
        With which all of them hold.
    n, texts : int
        Pairs of measurements, and the texts that they are of.
    by_text : dict
        The median difference of each text, if the difference depends on the text; else empty.
    """

    pair: Pair
    found: Difference | None
    family: int
    confidence: float
    n: int
    texts: int
    by_text: Mapping[str, float] = field(default_factory=dict)

    @property
    def turns_round(self) -> bool:
        """Whether the second is earlier with one text, and later with another."""
        medians = self.by_text.values()
        return bool(medians) and min(medians) < 0 < max(medians)

    @property
    def first(self) -> str:
        """What the first condition is called."""
        return self.pair.first

    @property
    def second(self) -> str:
        """What the second condition is called."""
        return self.pair.second


def pairs_among(names: Sequence[str], against: Against | None = None) -> list[Pair]:
    """Return the pairs of conditions that are to be compared, by their names alone.

    Parameters
    ----------
    names : sequence of str
    against : "first" or "all", optional
        Each with the first one, or each with each other one; if nobody says so, with each other one
        where that makes 10 comparisons at most.

    Raises
    ------
    ParameterError
        If it is neither.
    """
    everyone = [*itertools.combinations(names, 2)]
    chosen = _chosen(against, len(everyone))
    return [
        Pair(first, second, "", (first, second))
        for first, second in everyone
        if chosen == "all" or first == names[0]
    ]


def pairs_of(plan: Plan, against: Against | None = None) -> list[Pair]:
    """Return the pairs of conditions that are to be compared: those that differ in one axis only.

    Parameters
    ----------
    plan : Plan
    against : "first" or "all", optional
        Each value of an axis with its first one, or with each other one; if nobody says so, with
        each other one where that makes 10 comparisons at most.

    Raises
    ------
    ParameterError
        If it is neither.
    """
    varied = [axis for axis in plan.axes if len(axis.values) > 1]
    combinations = math.prod(len(axis.values) for axis in varied)
    # Of each axis with n values each two, in every combination of the others.
    everyone = sum(combinations * (len(axis.values) - 1) // 2 for axis in varied)
    chosen = _chosen(against, everyone)
    pairs: list[Pair] = []
    for axis in varied:
        rest = [other for other in varied if other is not axis]
        for values in itertools.product(*(other.values for other in rest)):
            common = dict(zip((other.name for other in rest), values, strict=True))
            within = ", ".join(other.label(common[other.name]) for other in rest)
            starts = axis.values if chosen == "all" else axis.values[:1]
            for number, one in enumerate(starts, start=1):
                for two in axis.values[number:]:
                    first, second = (plan.label({**common, axis.name: own}) for own in (one, two))
                    called = axis.label(one), axis.label(two)
                    pairs.append(Pair(first, second, within, called, axis.name))
    return pairs


def compare(
    times: Mapping[str, Mapping[Key, float]],
    *,
    pairs: Sequence[Pair] | None = None,
    against: Against | None = None,
    confidence: float = 0.95,
    seed: int = 1,
) -> list[Comparison]:
    """Compare conditions with each other.

    Parameters
    ----------
    times : mapping
        By the name of the condition: the times (ms) by text and repetition.
    pairs : sequence of Pair, optional
        Those of :func:`pairs_among` if they are not given.
    against : "first" or "all", optional
        As there.
    confidence : float, optional
        With which all the intervals hold together, above 0 and below 1.
    seed : int, optional
        Of the draws.

    Raises
    ------
    ParameterError
        If the confidence or what is compared is none.
    """
    if not 0 < confidence < 1:
        raise ParameterError([f"confidence must be above 0 and below 1, not {confidence:g}"])
    if pairs is None:
        pairs = pairs_among([*times], against)
    return [
        _compared(pair, times[pair.first], times[pair.second], len(pairs), confidence, seed)
        for pair in pairs
    ]


def _compared(
    pair: Pair,
    first: Mapping[Key, float],
    second: Mapping[Key, float],
    family: int,
    confidence: float,
    seed: int,
) -> Comparison:
    by_text: dict[str, list[float]] = defaultdict(list)
    for text, repetition in sorted(first.keys() & second.keys()):
        by_text[text].append(second[text, repetition] - first[text, repetition])
    unlike = p_value([*by_text.values()])
    depends = unlike is not None and unlike < (1 - confidence) / family
    values = paired(first, second)
    return Comparison(
        pair,
        difference(values, comparisons=family, confidence=confidence, seed=seed),
        family,
        confidence,
        len(values),
        len(by_text),
        {text: float(np.median(own)) for text, own in by_text.items()} if depends else {},
    )


def check_against(against: object) -> None:
    """Refuse what nothing can be compared with.

    Raises
    ------
    ParameterError
    """
    if against is not None and against not in AGAINST:
        raise ParameterError([f"against must be first or all, not {against!r}"])


def _chosen(against: Against | None, count: int) -> str:
    check_against(against)
    return against or ("all" if count <= _MOST_OF_ALL else "first")
