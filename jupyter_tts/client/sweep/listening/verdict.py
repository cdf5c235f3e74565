"""What the answers say, in sentences that they bear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..statistics.binomial import interval, p_value
from ..statistics.differences import Difference
from .analysis import Pair, RatingPair, Result, analyse, reference_misses
from .answers import Sheet
from .design import ABX, PREFERENCE, RATING, Design

__all__ = ["percent_range", "points", "probability", "verdict"]


# Of many pairs, as many are named.
_MOST_PAIRS: Final = 6


def verdict(result: Result) -> list[str]:
    """Return what finished sheets say.

    Parameters
    ----------
    result : Result

    Returns
    -------
    list of str
        Sentences: of several listeners, what each says, then all of them pooled.
    """
    lines: list[str] = []
    several = len(result.sheets) > 1
    if several:
        lines += [f"{one.listener}: {line}" for one in result.sheets for line in _own(one)]
        lines += [f"All {len(result.sheets)} pooled: {line}" for line in _sentences(result)]
        lines += _listener_sentences(result)
        lines.append(
            "Answers of one listener are not so many listeners: what is pooled holds for these "
            "listeners, and says little of others."
        )
    else:
        lines += _sentences(result)
    if result.pairs and len(result.sheets) == 1 and result.design.shortfall:
        lines.append(result.design.shortfall)
    lines += _simulations(result) + _misses(result)
    if result.design.pairs > 1 and (result.pairs or any(one.found for one in result.ratings)):
        what = "Intervals" if result.design.method == RATING else "Intervals and p"
        lines.append(
            f"{what} of pairs are widened for {result.design.pairs} comparisons made together."
        )
    return lines


def _own(sheet: Sheet) -> list[str]:
    """Return what one of several listeners says; of many pairs, the figures only."""
    result = analyse(sheet.design, [sheet])
    if sheet.design.pairs == 1:
        return _sentences(result)
    unit = "" if sheet.design.method == RATING else " %"
    figures = ", ".join(f"{one.name} {one.value:.0f}{unit}" for one in result.figures)
    return [f"{figures} {_MEANING[sheet.design.method]}."]


_MEANING = {
    PREFERENCE: "preferred, of all answers about it",
    ABX: "of the answers right",
    RATING: "rated, the median",
}


def _sentences(result: Result) -> list[str]:
    if result.design.method == RATING:
        return _rating_sentences(result)
    told = sorted((one for one in result.pairs if one.is_told), key=lambda one: one.p)
    untold = [one for one in result.pairs if not one.is_told]
    is_abx = result.design.method == ABX
    sentences = _first(
        [_heard_sentence(one) if is_abx else _preferred_sentence(one) for one in told]
    )
    if len(untold) == 1:
        one = untold[0]
        sentences.append(_unheard_sentence(one) if is_abx else _undecided_sentence(one))
    elif untold:
        sentences.append(_untold_sentence(untold, result.design))
    return sentences + _ranking(result)


def _preferred_sentence(pair: Pair) -> str:
    better, counted, (low, high) = _ahead(pair)
    figures = f"{percent_range(low, high)}, {probability(pair.p)}"
    return f"{counted} answers prefer {better} ({figures}).{_ties(pair)}"


def _undecided_sentence(pair: Pair) -> str:
    if not pair.n:
        return f"{_capital(pair.first)} and {pair.second}: no answer has a preference."
    better, counted, (low, high) = _ahead(pair)
    name = pair.first if 2 * pair.wins >= pair.n else pair.second
    return (
        f"{counted} answers prefer {better} ({probability(pair.p)}).{_ties(pair)} "
        f"That shows no preference, and does not show that there is none: {name} may be "
        f"preferred in {percent_range(low, high)} of all cases."
    )


def _ahead(pair: Pair) -> tuple[str, str, tuple[float, float]]:
    """Return which of both is ahead and of which, in how many, and the interval of that share."""
    if 2 * pair.wins >= pair.n:
        names, wins, ends = (pair.first, pair.second), pair.wins, (pair.low, pair.high)
    else:
        names, wins = (pair.second, pair.first), pair.n - pair.wins
        ends = (1 - pair.high, 1 - pair.low)
    return f"{names[0]} to {names[1]}", f"{wins} of {pair.n}", ends


def _ties(pair: Pair) -> str:
    return f" {pair.ties} more have no preference." if pair.ties else ""


def _heard_sentence(pair: Pair) -> str:
    figures = f"{percent_range(pair.low, pair.high)}, {probability(pair.p)}"
    names = f"{pair.first} from {pair.second}"
    return f"{pair.wins} of {pair.n} right in telling {names} ({figures}): it is heard."


def _unheard_sentence(pair: Pair) -> str:
    # Who hears the difference in a share of the trials, and guesses in the others, is right in
    # half of these, too.
    heard = max(0.0, 2 * pair.high - 1)
    names = f"{pair.first} from {pair.second}"
    return (
        f"{pair.wins} of {pair.n} right in telling {names} ({probability(pair.p)}), where guessing "
        f"has half of them right. That does not show that there is nothing to hear: it may be "
        f"heard in up to {100 * heard:.0f} % of all cases."
    )


def _untold_sentence(pairs: Sequence[Pair], design: Design) -> str:
    """Return one sentence on all pairs that could not be told apart."""
    highest = max(max(one.high, 1 - one.low) for one in pairs)
    if design.method == ABX:
        highest = max(0.0, 2 * max(one.high for one in pairs) - 1)
    names = _listed([f"{one.first} and {one.second} ({one.wins} of {one.n})" for one in pairs])
    what = "the difference may be heard" if design.method == ABX else "one may be preferred"
    return (
        f"Not told apart: {names}. That does not show that they are alike: {what} "
        f"in up to {100 * highest:.0f} % of all cases."
    )


def _rating_sentences(result: Result) -> list[str]:
    compared = [(one, one.found) for one in result.ratings if one.found is not None]
    if not compared:  # all have the same number
        return [f"Too few ratings to compare: {result.design.fewest} are the fewest."]
    told = [(one, found) for one, found in compared if found.is_told]
    told.sort(key=lambda pair: -abs(pair[1].median))
    untold = [(one, found) for one, found in compared if not found.is_told]
    sentences = _first([_rated_apart_sentence(*pair) for pair in told])
    if len(untold) == 1:
        sentences.append(_rated_alike_sentence(*untold[0]))
    elif untold:
        names = _listed([f"{one.first} and {one.second}" for one, _ in untold])
        most = max(found.bound for _, found in untold)
        sentences.append(
            f"Not rated differently with n = {untold[0][1].n}: {names}. That does not show that "
            f"they are alike: they may be up to {points(most)} points apart."
        )
    return sentences


def _rated_apart_sentence(pair: RatingPair, found: Difference) -> str:
    names = (pair.second, pair.first) if found.median > 0 else (pair.first, pair.second)
    low, high = sorted((abs(found.low), abs(found.high)))
    return (
        f"{_capital(names[0])} is rated {points(abs(found.median))} points above {names[1]} "
        f"(95 %: {points(low)} to {points(high)})."
    )


def _rated_alike_sentence(pair: RatingPair, found: Difference) -> str:
    return (
        f"{_capital(pair.first)} and {pair.second} are not rated differently with n = {found.n}: "
        f"{pair.second} may be {points(found.low, '+')} to {points(found.high, '+')} points from "
        f"{pair.first}."
    )


def _first(sentences: list[str]) -> list[str]:
    """Return the first of many sentences, and how many more there are."""
    more = len(sentences) - _MOST_PAIRS
    if more <= 1:
        return sentences
    return [*sentences[:_MOST_PAIRS], f"{more} more pairs are told apart."]


def _listed(pairs: list[str]) -> str:
    more = len(pairs) - _MOST_PAIRS
    return "; ".join(pairs) if more <= 1 else "; ".join(pairs[:_MOST_PAIRS]) + f"; {more} more"


def _ranking(result: Result) -> list[str]:
    if not result.strengths:
        return []
    ranked = sorted(
        zip(result.design.conditions, result.strengths, strict=True), key=lambda one: -one[1].value
    )
    values = ", ".join(
        f"{name} {points(one.value, '+')} ({points(one.low, '+')} to {points(one.high, '+')})"
        for name, one in ranked
    )
    sentence = (
        f"By strength of preference (Bradley and Terry, each with 95 %): {values}; what is 1.1 "
        "stronger is preferred three times out of four."
    )
    return [sentence]


def _listener_sentences(result: Result) -> list[str]:
    """Return how many listeners preferred which: they are independent of each other."""
    if result.design.method != PREFERENCE or result.design.pairs > 1:
        return []
    pairs = [pair for sheet in result.sheets for pair in analyse(result.design, [sheet]).pairs]
    prefer_first = [2 * pair.wins > pair.n for pair in pairs if 2 * pair.wins != pair.n]
    if len(prefer_first) < 2:
        return []
    won, n = sum(prefer_first), len(prefer_first)
    first, second = result.design.conditions
    name = first if 2 * won >= n else second
    count = max(won, n - won)
    figures = f"{percent_range(*interval(count, n))}, {probability(p_value(count, n))}"
    prefer = "prefers" if count == 1 else "prefer"
    return [f"Of {n} listeners with a preference, {count} mostly {prefer} {name} ({figures})."]


def _simulations(result: Result) -> list[str]:
    names = [sheet.listener for sheet in result.sheets if sheet.simulated]
    if len(names) == len(result.sheets):
        return ["These answers are a simulation: nobody has listened."]
    return [f"The answers of {name} are a simulation." for name in names]


def _misses(result: Result) -> list[str]:
    return [
        f"{sheet.listener} rated the hidden reference below 90 in {missed[0]} of {missed[1]} "
        "trials; ITU-R BS.1534-3 leaves such a listener out."
        for sheet in result.sheets
        if (missed := reference_misses(sheet))
    ]


def percent_range(low: float, high: float) -> str:
    """Return a range of shares, 0 to 1: ``68 to 99 %``."""
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def probability(p: float) -> str:
    """Return how likely something is by chance: ``p = 0.0004``."""
    return "p < 0.0001" if p < 0.0001 else f"p = {float(f'{p:.2g}'):g}"


def points(value: float, sign: str = "") -> str:
    """Return a number with a minus that is as long as a plus; with both for the sign "+"."""
    rounded = round(value, 1)
    return f"{rounded:{sign}g}".replace("-", "−") if rounded else "0"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
