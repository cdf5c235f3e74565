"""The binomial distribution, exactly."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["interval", "mass", "p_value", "tail"]

_STEPS = 60  # of a bisection: as exact as a float


def mass(n: int, chance: float) -> npt.NDArray[np.float64]:
    """Return the probability of each number of successes, from 0 to n.

    Parameters
    ----------
    n : int
        Trials.
    chance : float
        Of a success, 0 to 1.
    """
    successes = np.arange(n + 1)
    if chance in (0.0, 1.0):
        return np.asarray(successes == n * chance, dtype=float)
    logs = successes * math.log(chance) + (n - successes) * math.log1p(-chance)
    masses: npt.NDArray[np.float64] = np.exp(_log_choices(n) + logs)
    return masses


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
    return min(1.0, math.fsum(masses[masses <= seen]))


@functools.lru_cache(maxsize=1_000)
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
        high = _solve(lambda chance: math.fsum(mass(n, chance)[: successes + 1]) > each)
    return low, high


def _solve(is_below: Callable[[float], bool]) -> float:
    """Return the chance up to which something holds."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2


@functools.lru_cache(maxsize=16)
def _log_choices(n: int) -> npt.NDArray[np.float64]:
    """Return the logarithm of the number of ways to have so many successes, from 0 to n."""
    factorials = np.array([math.lgamma(k + 1) for k in range(n + 1)])
    choices: npt.NDArray[np.float64] = factorials[-1] - factorials - factorials[::-1]
    return choices
