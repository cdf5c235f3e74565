"""Quantiles of measured times, with exact intervals from order statistics.

Whatever the distribution is, the number of values below its quantile is binomial. So two of the
sorted values enclose the quantile with a probability that is known, without any model (David and
Nagaraja, Order Statistics, 2003, section 7.1). Where there are too few values to enclose it, there
is no bound: an upper one of a 95th percentile takes 72 values at 95 % confidence.

Of values of several texts, equally many of each, the quantile is that of their mixture, and the
interval encloses it at least as surely (Hoeffding, Annals of Mathematical Statistics 27, 1956).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .binomial import mass

__all__ = ["Quantile", "fewest_for_upper_bound", "quantile"]

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of some values.

    Attributes
    ----------
    value : float
        Of the sample, interpolated.
    low, high : float or None
        The interval of the distribution's quantile; None where the values give no bound.
    n : int
        Values.
    coverage : float
        The least probability that the interval encloses it; 0 with both bounds missing.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    coverage: float


def quantile(
    values: Sequence[float] | npt.NDArray[np.float64], part: float = 0.5, confidence: float = 0.95
) -> Quantile:
    """Return a quantile with its interval.

    Parameters
    ----------
    values : sequence of float
        At least one, all finite.
    part : float, optional
        Of the distribution below the quantile: 0.5 for the median.
    confidence : float, optional
        How surely the interval encloses it, at least. Each side is missed with half of the rest at
        most.

    Raises
    ------
    ValueError
        Without values, or with one that is no finite number.
    """
    n = len(values)
    if not n:
        raise ValueError("there are no values")
    ordered = np.sort(np.asarray(values, dtype=float))
    if not np.all(np.isfinite(ordered)):
        raise ValueError("a value is no finite number")
    below = np.cumsum(mass(n, part))  # the chance that so many values or fewer lie below
    each = (1 - confidence) / 2
    # The largest rank l with P(fewer than l values below) <= each.
    low = int(np.searchsorted(below, each + _ROUNDING, side="right"))
    # The smallest rank u with P(at least u values below) <= each.
    high = int(np.searchsorted(below, 1 - each - _ROUNDING, side="left")) + 1
    has_low, has_high = low >= 1, high <= n
    coverage = (below[high - 1] if has_high else 1.0) - (below[low - 1] if has_low else 0.0)
    return Quantile(
        float(np.quantile(ordered, part)),
        float(ordered[low - 1]) if has_low else None,
        float(ordered[high - 1]) if has_high else None,
        n,
        float(coverage) if has_low or has_high else 0.0,
    )


def fewest_for_upper_bound(part: float, confidence: float = 0.95) -> int:
    """Return how many values give a quantile an upper bound."""
    return math.ceil(math.log((1 - confidence) / 2) / math.log(part) - _ROUNDING)
