"""What a listener gives up for each millisecond: latency joined with what was preferred."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..measures import LENGTHS
from ..verdicts.comparisons import Comparison
from .analysis import Result
from .design import ABX, RATING
from .verdict import percent_range, points

__all__ = ["TradeOff", "tradeoffs"]


@dataclass(frozen=True, slots=True)
class TradeOff:
    """Two conditions by their latency and by ear.

    Attributes
    ----------
    earlier, later : str
    milliseconds : float
        How much earlier.
    quality : float
        Of the earlier one: percent of the answers that preferred it, less 50; or how many points
        it was rated above the later one.
    given_up : float or None
        Points of quality for each millisecond; None where latency or quality cannot be told apart.
    sentence : str
    """

    earlier: str
    later: str
    milliseconds: float
    quality: float
    given_up: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class _Heard:
    """What listeners say of the earlier one of two."""

    quality: float
    is_told: bool
    words: str


def tradeoffs(
    result: Result, comparisons: Iterable[Comparison], *, measure: str = "ttfa"
) -> list[TradeOff]:
    """Return what each condition that is earlier costs to hear.

    Parameters
    ----------
    result : Result
        Of a preference or a rating.
    comparisons : iterable of Comparison
        The latency of the same conditions, by name; others are left out.
    measure : str, optional
        What of them was compared: a name of :data:`MEASURES`.

    Returns
    -------
    list of TradeOff
        Of the pairs that were both measured and heard.
    """
    return [*_tradeoffs(result, comparisons, "shorter" if measure in LENGTHS else "earlier")]


def _tradeoffs(result: Result, comparisons: Iterable[Comparison], less: str) -> Iterator[TradeOff]:
    simulated = any(sheet.simulated for sheet in result.sheets)
    for one in comparisons:
        found = one.found
        if found is None:
            continue
        earlier, later = (one.second, one.first) if found.median < 0 else (one.first, one.second)
        heard = _heard(result, earlier, later)
        if heard is None:
            continue
        milliseconds = abs(found.median)
        low, high = sorted((abs(found.low), abs(found.high)))
        time = f"is {milliseconds:,.0f} ms {less} than {later} ({low:,.0f} to {high:,.0f})"
        if one.turns_round:
            time = f"is {less} than {later} with some texts only"
        elif not found.is_told:
            time = f"and {later} cannot be told apart by time"
        given_up = None
        words = f"{earlier[:1].upper()}{earlier[1:]} {time}, and {heard.words}"
        if found.is_told and heard.is_told and not one.turns_round:
            given_up = -heard.quality / milliseconds
            change = "given up" if given_up > 0 else "won"
            words += f": {abs(given_up):.2g} points {change} for each millisecond"
        words += ". These answers are a simulation." if simulated else "."
        yield TradeOff(earlier, later, milliseconds, heard.quality, given_up, words)


def _heard(result: Result, earlier: str, later: str) -> _Heard | None:
    if result.design.method == ABX:
        return None
    if result.design.method == RATING:
        return _rated(result, earlier, later)
    for pair in result.pairs:
        if {pair.first, pair.second} == {earlier, later} and pair.n:
            first = pair.first == earlier
            wins = pair.wins if first else pair.n - pair.wins
            low, high = (pair.low, pair.high) if first else (1 - pair.high, 1 - pair.low)
            words = f"{earlier} was preferred in {wins} of {pair.n} ({percent_range(low, high)})"
            return _Heard(100 * wins / pair.n - 50, pair.is_told, words)
    return None


def _rated(result: Result, earlier: str, later: str) -> _Heard | None:
    for one in result.ratings:
        if {one.first, one.second} == {earlier, later} and one.found is not None:
            sign = 1 if one.second == earlier else -1
            value = sign * one.found.median
            low, high = sorted((sign * one.found.low, sign * one.found.high))
            spread = f"{points(low, '+')} to {points(high, '+')}"
            words = f"{earlier} was rated {points(value, '+')} points ({spread})"
            return _Heard(value, one.found.is_told, words)
    return None
