"""What measurements say, in sentences that they bear."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .statistics.differences import Difference, Key, difference, paired, pairs_needed

__all__ = ["Comparison", "compare", "verdict"]

# The difference (ms) that more measurements are asked for, where none was told.
SMALL = 10.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two conditions, and the difference between them.

    Attributes
    ----------
    first, second : str
        What they are called.
    found : Difference or None
        In milliseconds, negative where the second is earlier; None with too few pairs.
    family : int
        Comparisons that were made together.
    """

    first: str
    second: str
    found: Difference | None
    family: int


def compare(
    times: Mapping[str, Mapping[Key, float]], *, confidence: float = 0.95, seed: int = 1
) -> list[Comparison]:
    """Compare each condition with each other one.

    Parameters
    ----------
    times : mapping
        By the name of the condition: the times (ms) by text and repetition.
    confidence : float, optional
        With which all the intervals hold together.
    seed : int, optional
        Of the draws.
    """
    pairs = [*itertools.combinations(times, 2)]
    return [
        Comparison(
            first,
            second,
            difference(
                paired(times[first], times[second]),
                comparisons=len(pairs),
                confidence=confidence,
                seed=seed,
            ),
            len(pairs),
        )
        for first, second in pairs
    ]


def verdict(comparisons: Sequence[Comparison], *, same: float | None = None) -> list[str]:
    """Return what the comparisons say.

    Parameters
    ----------
    comparisons : sequence of Comparison
    same : float, optional
        Milliseconds below which a difference does not matter; only with it can two conditions be
        called the same.

    Returns
    -------
    list of str
        Sentences: what differs, the largest first; what is the same within a bound; what cannot be
        told apart, and how many more repetitions would tell.
    """
    told = [one for one in comparisons if one.found and one.found.is_told]
    told.sort(key=lambda one: -abs(one.found.median) if one.found else 0.0)
    sentences = [_difference(one) for one in told]
    untold = [one for one in comparisons if one.found and not one.found.is_told]
    alike = [one for one in untold if same is not None and one.found and one.found.is_within(same)]
    sentences += [_same(one, same) for one in alike if same is not None]
    sentences += _untold([one for one in untold if one not in alike])
    if few := [one for one in comparisons if one.found is None]:
        names = _listed([f"{one.first} and {one.second}" for one in few])
        sentences.append(f"Too few measurements to compare {names}: 6 pairs are the fewest.")
    return sentences


def _difference(one: Comparison) -> str:
    found = one.found
    assert found is not None
    earlier, later = (one.second, one.first) if found.median < 0 else (one.first, one.second)
    low, high = sorted((abs(found.low), abs(found.high)))
    sure = f"{found.confidence:.0%}".replace("%", " %")
    return (
        f"{_capital(earlier)} is {abs(found.median):.0f} ms earlier than {later} "
        f"({sure}: {low:.0f} to {high:.0f}) here."
    )


def _same(one: Comparison, bound: float) -> str:
    return f"{_capital(one.first)} and {one.second} differ by less than {bound:g} ms here."


def _untold(comparisons: Sequence[Comparison]) -> list[str]:
    if not comparisons:
        return []
    found = [one.found for one in comparisons if one.found]
    n = min(one.n for one in found)
    more = max(
        pairs_needed(one.found, SMALL, comparisons=one.family) - one.found.n
        for one in comparisons
        if one.found
    )
    names = _listed([f"{one.first} and {one.second}" for one in comparisons])
    sentence = f"{_capital(names)} cannot be told apart with n = {n}"
    if more > 0:
        sentence += f"; {more:,} more would tell a difference of {SMALL:g} ms"
    return [f"{sentence}."]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, or {names[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
