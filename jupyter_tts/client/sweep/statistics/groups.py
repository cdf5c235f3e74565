"""Whether groups of values differ: the test of Kruskal and Wallis (JASA 47, 1952), by ranks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["p_value"]

_FEWEST = 5  # values of each group, for the distribution that is used to be near enough


def p_value(groups: Sequence[Sequence[float]]) -> float | None:
    """Return how likely groups are so unlike if all are of one distribution.

    Parameters
    ----------
    groups : sequence of sequence of float

    Returns
    -------
    float or None
        None for fewer than two groups, or fewer than five values in one of them.
    """
    sizes = [len(group) for group in groups]
    if len(sizes) < 2 or min(sizes) < _FEWEST:
        return None
    ranks, ties = _ranks(np.concatenate([np.asarray(group, dtype=float) for group in groups]))
    n = len(ranks)
    if (correction := 1 - ties / (n**3 - n)) <= 0:  # all the same
        return 1.0
    sums = np.add.reduceat(ranks, np.cumsum([0, *sizes[:-1]]))
    unlike = 12 / (n * (n + 1)) * float(np.sum(sums**2 / sizes)) - 3 * (n + 1)
    return _chi_squared_tail(max(0.0, unlike) / correction, len(sizes) - 1)


def _ranks(values: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], float]:
    """Return the ranks, the mean of theirs for equal values, and what equal ones take off."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse], float(np.sum(counts.astype(float) ** 3 - counts))


def _chi_squared_tail(value: float, degrees: int) -> float:
    """Return the chance of a value so large or larger; a finite sum for whole degrees."""
    if value == 0:
        return 1.0
    half = value / 2
    start = math.erfc(math.sqrt(half)) if degrees % 2 else 0.0
    powers = [twice / 2 for twice in range(degrees % 2, degrees - 1, 2)]
    terms = [math.exp(power * math.log(half) - half - math.lgamma(power + 1)) for power in powers]
    return min(1.0, start + math.fsum(terms))
