"""How much earlier or later one condition is than another, from pairs of measurements.

A pair is the same text in the same repetition, so that what differs between texts, and what drifts
with time, does not count. The difference is the median of the pairs' differences, which a few very
slow ones do not move.

Its interval comes from drawing pairs again (Efron and Tibshirani, An Introduction to the Bootstrap,
1993, chapter 13), widened as few pairs need it (Hesterberg, The American Statistician 69, 2015,
section 5.2). The bootstrap is only nearly right, least for an odd number of some twenty pairs and
many comparisons, so the interval is never narrower than the exact one by ranks, which needs no
model. Of several comparisons each gets a share of the risk (Bonferroni), so that all the intervals
hold together.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from .quantiles import fewest_for_upper_bound, quantile

__all__ = [
    "DRAWS",
    "Difference",
    "Key",
    "difference",
    "enclosing",
    "fewest_pairs",
    "paired",
    "pairs_needed",
]

DRAWS: Final = 20_000

Key = tuple[str, int]
"""A text and a repetition."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference between two conditions, in the unit of what was measured.

    Attributes
    ----------
    median : float
        Of the pairs' differences; negative where the second condition is earlier.
    low, high : float
        Its interval.
    n : int
        Pairs.
    confidence : float
        With which this and all other comparisons of its family hold together.
    comparisons : int
        In its family, itself included.
    equal : int
        Pairs without a difference.
    """

    median: float
    low: float
    high: float
    n: int
    confidence: float
    comparisons: int = 1
    equal: int = 0

    @property
    def is_told(self) -> bool:
        """Whether the conditions differ, as far as these pairs tell."""
        return self.low > 0 or self.high < 0

    @property
    def bound(self) -> float:
        """What they differ by at most, as far as these pairs tell."""
        return max(abs(self.low), abs(self.high))

    def is_within(self, bound: float) -> bool:
        """Whether they differ by less than a bound, as far as these pairs tell."""
        return self.bound < bound


def paired(first: Mapping[Key, float], second: Mapping[Key, float]) -> npt.NDArray[np.float64]:
    """Return the differences, second less first, of the pairs that both conditions have."""
    keys = sorted(first.keys() & second.keys())
    return np.array([second[key] - first[key] for key in keys], dtype=float)


def fewest_pairs(comparisons: int = 1, confidence: float = 0.95) -> int:
    """Return how many pairs give a difference an interval at all: 6 for a single one of 95 %."""
    return fewest_for_upper_bound(0.5, 1 - (1 - confidence) / comparisons)


def difference(
    differences: Sequence[float] | npt.NDArray[np.float64],
    *,
    comparisons: int = 1,
    confidence: float = 0.95,
    seed: int = 1,
) -> Difference | None:
    """Return the median difference with its interval, None for too few pairs.

    Parameters
    ----------
    differences : sequence of float
        Of the pairs.
    comparisons : int, optional
        How many are made together with this one, itself included.
    confidence : float, optional
        With which all of them hold together.
    seed : int, optional
        Of the draws.

    Raises
    ------
    ValueError
        If a difference is no finite number.
    """
    values = np.sort(np.asarray(differences, dtype=float))
    n = len(values)
    if n < fewest_pairs(comparisons, confidence):
        return None
    risk = (1 - confidence) / comparisons
    exact = quantile(values, 0.5, 1 - risk)
    assert exact.low is not None
    assert exact.high is not None
    each = _widened(risk / 2, n)
    low, high = np.quantile(_drawn_medians(values, seed), [each, 1 - each])
    return Difference(
        float(np.median(values)),
        min(float(low), exact.low),
        max(float(high), exact.high),
        n,
        confidence,
        comparisons,
        int(np.sum(values == 0)),
    )


def enclosing(found: Sequence[Difference]) -> Difference:
    """Return a difference whose interval encloses those of some that hold together."""
    return dataclasses.replace(
        found[0],
        median=float(np.median([one.median for one in found])),
        low=min(one.low for one in found),
        high=max(one.high for one in found),
        n=min(one.n for one in found),
        equal=min(one.equal for one in found),
    )


def _widened(tail: float, n: int) -> float:
    """Return the part of the draws to cut off for a tail, as of Student's distribution."""
    normal = NormalDist()
    z, degrees = normal.inv_cdf(1 - tail), n - 1
    # Its quantile, by the expansion of Cornish and Fisher.
    student = z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    return normal.cdf(-math.sqrt(n / (n - 1)) * student)


def _drawn_medians(ordered: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.float64]:
    """Return the medians of as many values as there are, drawn from them, again and again."""
    lower, upper = _drawn_ranks(len(ordered), seed)
    medians: npt.NDArray[np.float64] = (ordered[lower] + ordered[upper]) / 2
    return medians


@functools.lru_cache(maxsize=8)  # the comparisons of a sweep have the same few numbers of pairs
def _drawn_ranks(n: int, seed: int) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
    """Return the ranks of the two in the middle of n values that are drawn, the same for odd n."""
    chance = np.random.default_rng(seed)
    half = n // 2
    # A value is drawn by a uniform number, and the sorted values by the sorted numbers, so only
    # those of the middle are needed: the order statistics of uniform numbers are beta-distributed.
    if n % 2:
        lower = upper = chance.beta(half + 1, half + 1, DRAWS)
    else:
        lower = chance.beta(half, half + 1, DRAWS)
        upper = lower + (1 - lower) * chance.beta(1, half, DRAWS)
    return np.minimum((lower * n).astype(int), n - 1), np.minimum((upper * n).astype(int), n - 1)


def pairs_needed(found: Difference, tell: float, *, power: float = 0.8) -> int:
    """Return how many pairs would tell a difference, estimated from the interval of those there.

    Parameters
    ----------
    found : Difference
    tell : float
        The difference that is to be told, in the same unit; positive.
    power : float, optional
        How surely it is to be told.
    """
    normal = NormalDist()
    reach = normal.inv_cdf(1 - (1 - found.confidence) / found.comparisons / 2)
    spread = (found.high - found.low) / (2 * reach) * math.sqrt(found.n)  # of one pair
    needed = math.ceil(((reach + normal.inv_cdf(power)) * spread / tell) ** 2)
    return max(fewest_pairs(found.comparisons, found.confidence), needed)
