"""How much earlier or later one condition is than another, from pairs of measurements.

A pair is the same text in the same repetition, so that what differs between texts, and what drifts
with time, does not count. The difference is the median of the pairs' differences, which a few very
slow ones do not move. Its interval comes from drawing pairs again (Efron and Tibshirani, An
Introduction to the Bootstrap, 1993, chapter 13), widened as few pairs need it (Hesterberg, The
American Statistician 69, 2015, section 5.2); of several comparisons each gets a share of the risk
(Bonferroni), so that all the intervals hold together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["DRAWS", "Difference", "difference", "paired", "pairs_needed"]

DRAWS: Final = 2_000
_FEWEST: Final = 6  # pairs that give a median an interval of 95 % at all

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
    """

    median: float
    low: float
    high: float
    n: int
    confidence: float

    @property
    def is_told(self) -> bool:
        """Whether the conditions differ, as far as these pairs tell."""
        return self.low > 0 or self.high < 0

    def is_within(self, bound: float) -> bool:
        """Whether they differ by less than a bound, as far as these pairs tell."""
        return -bound < self.low and self.high < bound


def paired(first: Mapping[Key, float], second: Mapping[Key, float]) -> npt.NDArray[np.float64]:
    """Return the differences, second less first, of the pairs that both conditions have."""
    keys = sorted(first.keys() & second.keys())
    return np.array([second[key] - first[key] for key in keys], dtype=float)


def difference(
    differences: Sequence[float] | npt.NDArray[np.float64],
    *,
    comparisons: int = 1,
    confidence: float = 0.95,
    seed: int = 1,
) -> Difference | None:
    """Return the median difference with its interval, None for fewer than 6 pairs.

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
    """
    values = np.asarray(differences, dtype=float)
    n = len(values)
    if n < _FEWEST:
        return None
    medians = _drawn_medians(values, seed)
    each = _widened((1 - confidence) / comparisons / 2, n)
    low, high = np.quantile(medians, [each, 1 - each])
    return Difference(float(np.median(values)), float(low), float(high), n, confidence)


def _widened(tail: float, n: int) -> float:
    """Return the part of the draws to cut off for a tail, as of Student's distribution."""
    normal = NormalDist()
    z, degrees = normal.inv_cdf(1 - tail), n - 1
    # Its quantile, by the expansion of Cornish and Fisher.
    student = z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    return normal.cdf(-math.sqrt(n / (n - 1)) * student)


def _drawn_medians(values: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.float64]:
    chance = np.random.default_rng(seed)
    medians = np.empty(DRAWS)
    # In parts, so that many pairs take no more memory than some.
    for start in range(0, DRAWS, 500):
        drawn = chance.integers(0, len(values), (500, len(values)))
        medians[start : start + 500] = np.median(values[drawn], axis=1)
    return medians


def pairs_needed(
    found: Difference, tell: float, *, comparisons: int = 1, power: float = 0.8
) -> int:
    """Return how many pairs would tell a difference, estimated from the interval of those there.

    Parameters
    ----------
    found : Difference
    tell : float
        The difference that is to be told, in the same unit; positive.
    comparisons : int, optional
        How many are made together.
    power : float, optional
        How surely it is to be told.
    """
    normal = NormalDist()
    reach = normal.inv_cdf(1 - (1 - found.confidence) / comparisons / 2)
    spread = (found.high - found.low) / (2 * reach) * math.sqrt(found.n)  # of one pair
    return max(_FEWEST, math.ceil(((reach + normal.inv_cdf(power)) * spread / tell) ** 2))
