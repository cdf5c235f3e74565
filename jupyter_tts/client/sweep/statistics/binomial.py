"""The binomial distribution, exactly."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

__all__ = ["interval", "mass", "p_value", "tail"]

_STEPS = 60  # of a bisection: as exact as a float


@functools.cache
def mass(n: int, chance: float) -> tuple[float, ...]:
    """Return the probability of each number of successes, from 0 to n.

    Parameters
    ----------
    n : int
        Trials.
    chance : float
        Of a success, 0 to 1.
    """
    if chance in (0.0, 1.0):
        return tuple(float(k == n * chance) for k in range(n + 1))
    logs = math.log(chance), math.log1p(-chance)
    return tuple(
        math.exp(
            math.lgamma(n + 1)
            - math.lgamma(k + 1)
            - math.lgamma(n - k + 1)
            + k * logs[0]
            + (n - k) * logs[1]
        )
        for k in range(n + 1)
    )


def tail(successes: int, n: int, chance: float) -> float:
    """Return the probability of so many successes or more."""
    return min(1.0, math.fsum(mass(n, chance)[max(0, successes) :]))


def p_value(successes: int, n: int, chance: float = 0.5) -> float:
    """Return how likely is what is no more likely than what was seen, were the chance this one.

    Parameters
    ----------
    successes : int
    n : int
        Trials.
    chance : float, optional
        The chance that is doubted.
    """
    masses = mass(n, chance)
    seen = masses[successes] * (1 + 1e-7)  # equal ones differ by rounding
    return min(1.0, math.fsum(one for one in masses if one <= seen))


def interval(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of the chance of a success (Clopper and Pearson, 1934).

    Parameters
    ----------
    successes : int
    n : int
        Trials.
    confidence : float, optional
    """
    each = (1 - confidence) / 2
    low, high = 0.0, 1.0
    if successes > 0:
        low = _solve(lambda chance: tail(successes, n, chance) < each)
    if successes < n:
        high = _solve(lambda chance: 1 - tail(successes + 1, n, chance) > each)
    return low, high


def _solve(is_below: Callable[[float], bool]) -> float:
    """Return the chance up to which something holds."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2
