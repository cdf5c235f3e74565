"""How strongly listeners prefer each of several conditions.

The model is that of Bradley and Terry (1952), fitted by minorization and maximization (Hunter,
Annals of Statistics 32, 2004). Half a win and half a loss of each, spread over its opponents, keep
the fit finite, and its intervals honest where one always wins (of two, Gart's, JRSS B 28, 1966):
answers drawn again would all be the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Strength", "strengths"]

_ROUNDS: Final = 10_000
_PRIOR: Final = 0.5  # of a win and a loss that each condition has beside those that were answered
_Z: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly one of several conditions is preferred.

    Attributes
    ----------
    value : float
        On a scale of log odds whose mean over the conditions is 0: a difference of 1.1 between two
        means that the stronger is preferred three times out of four.
    low, high : float
        Its interval of 95 %, of answers that do not depend on each other.
    """

    value: float
    low: float
    high: float


def strengths(answers: Iterable[tuple[int, int]], count: int) -> list[Strength] | None:
    """Return how strongly each of several conditions is preferred.

    Parameters
    ----------
    answers : iterable of tuple of int and int
        The numbers of the condition that was preferred and of the other one.
    count : int
        Conditions.

    Returns
    -------
    list of Strength or None
        None unless the answers connect each condition with each other one, by others if need be:
        there is no common scale before.
    """
    wins = np.zeros((count, count))
    for preferred, other in answers:
        wins[preferred, other] += 1
    compared = (wins + wins.T) > 0
    if not _is_connected(compared):
        return None
    wins += _PRIOR / (count - 1) * compared
    values = _fit(wins)
    reach = _Z * np.sqrt(_variances(wins, values))
    return [
        Strength(float(value), float(value - far), float(value + far))
        for value, far in zip(values, reach, strict=True)
    ]


def _is_connected(compared: npt.NDArray[np.bool_]) -> bool:
    reached = np.zeros(len(compared), dtype=bool)
    reached[:1] = True
    for _ in compared:
        reached |= compared[reached].any(axis=0)
    return bool(reached.all() and len(compared) > 1)


def _fit(wins: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the log odds that make the wins the most likely."""
    games, won = wins + wins.T, wins.sum(axis=1)
    strength = np.ones(len(wins))
    for _ in range(_ROUNDS):
        new = won / (games / (strength[:, None] + strength[None, :])).sum(axis=1)
        new /= np.exp(np.mean(np.log(new)))
        if np.allclose(new, strength, rtol=1e-10, atol=0):
            break
        strength = new
    values: npt.NDArray[np.float64] = np.log(new)
    return values


def _variances(
    wins: npt.NDArray[np.float64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return those of the log odds, from the curvature of the likelihood."""
    chance = 1 / (1 + np.exp(values[None, :] - values[:, None]))
    told = (wins + wins.T) * chance * (1 - chance)
    # Only differences are told, so the inverse is that on what sums up to 0.
    covariance = np.linalg.pinv(np.diag(told.sum(axis=1)) - told, hermitian=True)
    variances: npt.NDArray[np.float64] = np.diag(covariance)
    return variances
