"""What comparisons say, in sentences that they bear."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from ....wire.errors import ParameterError
from ..statistics.differences import enclosing, fewest_pairs, pairs_needed
from .comparisons import Comparison, compare
from .grouping import grouped
from .sentences import NamedDifference, Sentences
from .wording import capital, percent, span

__all__ = ["Comparison", "check_same", "compare", "verdict"]

# The difference (ms) that more measurements are asked for, where none was told.
SMALL: Final = 10.0
# Combinations with what else varies in which the same difference is told once for all.
_ENOUGH_FOR_ALL: Final = 3
_MOST_BY_TEXT: Final = 2  # of the differences that are told: sentences on what the text does


def check_same(same: object) -> None:
    """Refuse what is no number of milliseconds.

    Raises
    ------
    ParameterError
    """
    if same is None:
        return
    if isinstance(same, bool) or not isinstance(same, int | float) or not 0 < same < math.inf:
        raise ParameterError([f"same must be milliseconds above 0, not {same!r}"])


def verdict(
    comparisons: Sequence[Comparison], *, same: float | None = None, measure: str = "ttfa"
) -> list[str]:
    """Return what comparisons say.

    Parameters
    ----------
    comparisons : sequence of Comparison
    same : float, optional
        Milliseconds below which a difference does not matter; only with it can two conditions be
        called the same.
    measure : str, optional
        What was compared.

    Returns
    -------
    list of str
        Sentences: what differs, the largest first; what is the same within a bound; what cannot be
        told apart, by how much it can differ, and how many more repetitions would tell; where the
        difference depends on the text.

    Raises
    ------
    ParameterError
        If ``same`` is no number above 0.
    """
    check_same(same)
    sentences: list[str] = []
    undecided: list[str] = []
    for within, own in _contexts(comparisons):
        words = Sentences(measure, within, percent(comparisons[0].confidence), same)
        rest = [one for one in own if not one.found.is_told]
        alike = [one for one in rest if same is not None and one.found.is_within(same)]
        equal = [one for one in rest if one not in alike and not one.found.bound]
        sentences += words.differences([one for one in own if one.found.is_told], own[0].first)
        sentences += words.alike(alike)
        sentences += words.equal(equal)
        undecided += words.undecided([one for one in rest if one not in alike + equal])
    return [
        *sentences,
        *_with_more(undecided, comparisons, same),
        *_too_few([one for one in comparisons if one.found is None]),
        *_by_text([one for one in comparisons if one.by_text], measure),
        *_together(comparisons),
    ]


def _contexts(comparisons: Sequence[Comparison]) -> Iterator[tuple[str, list[NamedDifference]]]:
    """Yield differences with what their conditions have in common."""
    contexts: dict[str, dict[str, list[NamedDifference]]] = defaultdict(lambda: defaultdict(list))
    for one in comparisons:
        # Of what is early with one text and late with another, nothing is said of all together.
        if one.found and not one.turns_round and (one.found.is_told or not one.by_text):
            named = NamedDifference(*one.pair.called, one.found)
            contexts[one.pair.axis][one.pair.within].append(named)
    for within in contexts.values():
        same = [own[0] for own in within.values()]
        says_same = len({(one.first, one.second, one.known_winner) for one in same}) == 1
        if len(same) >= _ENOUGH_FOR_ALL and says_same and max(map(len, within.values())) == 1:
            both = same[0].first, same[0].second
            found = enclosing([one.found for one in same])
            yield f"all {len(same)} combinations", [NamedDifference(*both, found)]
        else:
            yield from within.items()


def _with_more(
    undecided: list[str], comparisons: Sequence[Comparison], same: float | None
) -> list[str]:
    """Return what cannot be told apart, with how many repetitions more would tell."""
    tell = same or SMALL
    needed = [
        math.ceil((pairs_needed(one.found, tell) - one.n) / one.texts)
        for one in comparisons
        if one.found and not one.found.is_told and not one.by_text and one.found.bound >= tell
    ]
    if not undecided or not needed or (more := max(needed)) <= 0:
        return [f"{sentence}." for sentence in undecided]
    of_each = " of each text" if max(one.texts for one in comparisons) > 1 else ""
    repetitions = "repetition" if more == 1 else "repetitions"
    words = f"about {more:,} more {repetitions}{of_each} would tell a difference of {tell:g} ms."
    if len(undecided) == 1:
        return [f"{undecided[0]}; {words}"]
    return [*(f"{sentence}." for sentence in undecided), capital(words)]


def _too_few(comparisons: list[Comparison]) -> list[str]:
    if not comparisons:
        return []
    one = comparisons[0]
    fewest = f"{fewest_pairs(one.family, one.confidence)} are the fewest"
    if any(each.pair.within for each in comparisons):
        n = span([each.n for each in comparisons])
        count = f"{len(comparisons):,} of {one.family:,} comparisons"
        return [f"Too few pairs for {count}: n = {n}, and {fewest}."]
    of = f" of {one.family} comparisons" if one.family > 1 else ""
    return [
        f"Too few pairs to compare {group.words('with')}: "
        f"n = {span([each.n for each in group.pairs])}, and {fewest}{of}."
        for group in grouped(comparisons)
    ]


def _by_text(comparisons: list[Comparison], measure: str) -> list[str]:
    """Return where the difference depends on the text, the most first."""

    def spread(one: Comparison) -> float:
        return max(one.by_text.values()) - min(one.by_text.values())

    told = sorted((one for one in comparisons if _is_told(one)), key=spread, reverse=True)
    untold = sorted((one for one in comparisons if not _is_told(one)), key=spread, reverse=True)
    sentences = []
    for one in [*untold, *told[:_MOST_BY_TEXT]]:
        words = Sentences(measure, one.pair.within, percent(one.confidence))
        sentences.append(words.by_text(*one.pair.called, one.by_text))
    if (more := len(told) - _MOST_BY_TEXT) > 0:
        others = "one other difference depends" if more == 1 else f"{more} other differences depend"
        sentences.append(f"{capital(others)} on the text, too.")
    return sentences


def _is_told(one: Comparison) -> bool:
    return one.found is not None and one.found.is_told and not one.turns_round


def _together(comparisons: Sequence[Comparison]) -> list[str]:
    if len(comparisons) < 2 or not any(one.found for one in comparisons):
        return []
    one = comparisons[0]
    sure = percent(one.confidence)
    return [f"Intervals are widened for {one.family} comparisons, to hold together with {sure}."]
