"""What listeners prefer, and whether they hear a difference at all.

Two conditions are compared by the exact binomial; more than two by the model of Bradley and Terry
(1952), fitted by minorization and maximization (Hunter, Annals of Statistics 32, 2004).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .binomial import interval, p_value, tail

__all__ = ["Discrimination", "Preference", "Strength", "discrimination", "preference", "strengths"]

_ROUNDS: Final = 500
_DRAWS: Final = 500
_PRIOR: Final = 0.5  # of a win each way, so that one who always wins stays finite


@dataclass(frozen=True, slots=True)
class Preference:
    """How often the first of two was preferred.

    Attributes
    ----------
    share : float
        0 to 1.
    low, high : float
        Its exact interval of 95 %.
    p : float
        How likely so uneven a count is if neither is preferred.
    n : int
        Answers that named one of them.
    ties : int
        Answers that did not.
    """

    share: float
    low: float
    high: float
    p: float
    n: int
    ties: int


def preference(first: int, second: int, ties: int = 0) -> Preference | None:
    """Return how often the first of two was preferred, None without an answer that names one.

    Parameters
    ----------
    first, second : int
        How often each was preferred.
    ties : int, optional
        How often neither was.
    """
    n = first + second
    if not n:
        return None
    return Preference(first / n, *interval(first, n), p_value(first, n), n, ties)


@dataclass(frozen=True, slots=True)
class Discrimination:
    """How often X was rightly told to be A or B.

    Attributes
    ----------
    share : float
        0 to 1; 0.5 by guessing.
    low, high : float
        Its exact interval of 95 %.
    p : float
        How likely so many are right by guessing.
    n : int
        Answers.
    """

    share: float
    low: float
    high: float
    p: float
    n: int


def discrimination(right: int, n: int) -> Discrimination | None:
    """Return whether a listener hears which of two X is, None without answers."""
    if not n:
        return None
    return Discrimination(right / n, *interval(right, n), tail(right, n, 0.5), n)


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly one of several conditions is preferred.

    Attributes
    ----------
    value : float
        On a scale of log odds whose mean over the conditions is 0: a difference of 1.1 between two
        means that the stronger is preferred three times out of four.
    low, high : float
        Its interval of 95 %, by drawing the answers again.
    """

    value: float
    low: float
    high: float


def strengths(
    answers: Iterable[tuple[int, int]], count: int, *, seed: int = 1
) -> list[Strength] | None:
    """Return how strongly each of several conditions is preferred, None without answers.

    Parameters
    ----------
    answers : iterable of tuple of int and int
        The numbers of the condition that was preferred and of the other one.
    count : int
        Conditions.
    seed : int, optional
        Of the draws.
    """
    pairs = np.array([*answers], dtype=int)
    if not len(pairs):
        return None
    values = _fit(_wins(pairs, count))
    chance = np.random.default_rng(seed)
    drawn = np.array(
        [
            _fit(_wins(pairs[chance.integers(0, len(pairs), len(pairs))], count))
            for _ in range(_DRAWS)
        ]
    )
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return [Strength(*map(float, one)) for one in zip(values, low, high, strict=True)]


def _wins(pairs: npt.NDArray[np.int_], count: int) -> npt.NDArray[np.float64]:
    wins = np.zeros((count, count))
    for preferred, other in pairs:
        wins[preferred, other] += 1
    compared = (wins + wins.T) > 0
    return wins + _PRIOR * compared


def _fit(wins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the log odds that make the wins the most likely."""
    games, won = wins + wins.T, wins.sum(axis=1)
    strength = np.ones(len(wins))
    for _ in range(_ROUNDS):
        with np.errstate(divide="ignore", invalid="ignore"):
            expected = (games / (strength[:, None] + strength[None, :])).sum(axis=1)
            new = np.where(expected > 0, won / expected, strength)
        new /= np.exp(np.mean(np.log(new)))
        if np.allclose(new, strength, rtol=1e-9, atol=0):
            break
        strength = new
    return np.log(new)
