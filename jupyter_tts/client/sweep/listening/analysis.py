"""What the answers of one listener or several say."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..statistics.binomial import interval, p_value, tail
from ..statistics.differences import Difference, difference
from ..statistics.preference import Strength, strengths
from ..statistics.quantiles import quantile
from .answers import Sheet
from .design import ABX, PREFERENCE, RATING, Design

__all__ = ["Figure", "Pair", "RatingPair", "Result", "analyse", "confidence_of"]

ALPHA: Final = 0.05

_REFERENCE_FLOOR: Final = 90
_REFERENCE_MISSES: Final = 0.15


@dataclass(frozen=True, slots=True)
class Pair:
    """Two conditions, and how often the first was preferred, or X rightly told.

    Attributes
    ----------
    first, second : str
    wins : int
        Answers for the first; of ABX, right ones.
    n : int
        Answers, without ties.
    ties : int
    low, high : float
        The exact interval of the share, 0 to 1. Those of all pairs hold together at 95 %.
    p : float
        How likely so uneven a count, or so many right ones, are by chance; corrected for the
        number of pairs.
    """

    first: str
    second: str
    wins: int
    n: int
    ties: int
    low: float
    high: float
    p: float

    @property
    def is_told(self) -> bool:
        """Whether chance alone would rarely do it."""
        return self.p < ALPHA


@dataclass(frozen=True, slots=True)
class RatingPair:
    """Two conditions, and how many points the second was rated above the first."""

    first: str
    second: str
    found: Difference | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result.

    Attributes
    ----------
    name : str
    value : float
        0 to 100: percent of its comparisons in which it was preferred, percent of right answers,
        or the median rating.
    low, high : float
        Its interval of 95 %.
    n : int
        Answers.
    """

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Result:
    """What finished sheets say; see :mod:`.verdict` for the words.

    Attributes
    ----------
    design : Design
    sheets : tuple of Sheet
        Of one listener each.
    pairs : tuple of Pair
        All listeners pooled; empty for ratings.
    ratings : tuple of RatingPair
        Of ratings only.
    figures : tuple of Figure
        By condition; of ABX by pair.
    """

    design: Design
    sheets: tuple[Sheet, ...]
    pairs: tuple[Pair, ...]
    ratings: tuple[RatingPair, ...]
    figures: tuple[Figure, ...]

    @functools.cached_property
    def strengths(self) -> tuple[Strength, ...]:
        """Of more than two conditions, how strongly each is preferred (Bradley and Terry)."""
        return _strengths(self.design, self.sheets)

    @property
    def quality(self) -> dict[str, tuple[float, float, float]]:
        """By condition: percent preferred or the median rating, and its interval; {} of ABX."""
        if self.design.method == ABX:
            return {}
        return {one.name: (one.value, one.low, one.high) for one in self.figures}


def confidence_of(comparisons: int) -> float:
    """Return with which confidence each interval holds, so that all hold together at 95 %."""
    return 1 - ALPHA / comparisons


def analyse(design: Design, sheets: Sequence[Sheet]) -> Result:
    """Return what finished sheets say.

    Parameters
    ----------
    design : Design
    sheets : sequence of Sheet
        At least one.
    """
    whole = tuple(sheets)
    if design.method == RATING:
        pairs: tuple[Pair, ...] = ()
        ratings = tuple(_rating_pairs(design, whole))
        figures = tuple(_medians(design, whole))
    else:
        pairs, ratings = tuple(_pairs(design, whole)), ()
        figures = tuple(_shares(design, whole, pairs))
    return Result(design, whole, pairs, ratings, figures)


def reference_misses(sheet: Sheet) -> tuple[int, int] | None:
    """Return how often a listener rated the hidden reference below 90, and of how many.

    None if there is none, or if it is as ITU-R BS.1534-3 has it: in 15 % of the trials at most.
    """
    name = sheet.design.reference
    if name is None:
        return None
    own = [value for _, values in _rated(sheet) if (value := values.get(name)) is not None]
    missed = sum(value < _REFERENCE_FLOOR for value in own)
    return (missed, len(own)) if missed > _REFERENCE_MISSES * len(own) else None


def _choices(sheet: Sheet) -> Iterator[tuple[int, int, bool | None]]:
    """Yield two conditions, in the order of the design, and whether the first was preferred.

    Of ABX: whether the answer was right. None stands for no preference.
    """
    for number, answer in sheet.answers.items():
        trial = sheet.trials[number]
        first, second = sorted(trial.sounds)
        if answer is None or isinstance(answer, tuple):
            yield first, second, None
        elif trial.x is not None:
            yield first, second, answer == trial.x
        else:
            yield first, second, trial.sounds[answer] == first


def _pairs(design: Design, sheets: Sequence[Sheet]) -> Iterator[Pair]:
    answers = [choice for sheet in sheets for choice in _choices(sheet)]
    sure = confidence_of(design.pairs)
    names = design.conditions
    for first, second in itertools.combinations(range(len(names)), 2):
        own = [won for one, other, won in answers if (one, other) == (first, second)]
        ties = own.count(None)
        wins, n = own.count(True), len(own) - ties
        low, high = interval(wins, n, sure) if n else (0.0, 1.0)
        p = tail(wins, n, 0.5) if design.method == ABX else p_value(wins, n)
        p = min(1.0, p * design.pairs) if n else 1.0
        yield Pair(names[first], names[second], wins, n, ties, low, high, p)


def _shares(design: Design, sheets: Sequence[Sheet], pairs: Sequence[Pair]) -> Iterator[Figure]:
    if design.method == ABX:
        for pair in pairs:
            yield _share(f"{pair.first} and {pair.second}", pair.wins, pair.n)
        return
    for name in design.conditions:
        won = sum(pair.wins for pair in pairs if pair.first == name)
        won += sum(pair.n - pair.wins for pair in pairs if pair.second == name)
        yield _share(name, won, sum(pair.n for pair in pairs if name in (pair.first, pair.second)))


def _share(name: str, count: int, n: int) -> Figure:
    if not n:
        return Figure(name, 50.0, 0.0, 100.0, 0)
    low, high = interval(count, n)
    return Figure(name, 100 * count / n, 100 * low, 100 * high, n)


def _strengths(design: Design, sheets: Sequence[Sheet]) -> tuple[Strength, ...]:
    if design.method != PREFERENCE or len(design.conditions) == 2:
        return ()
    answers = [
        (first, second) if won else (second, first)
        for sheet in sheets
        for first, second, won in _choices(sheet)
        if won is not None
    ]
    return tuple(strengths(answers, len(design.conditions)) or ())


def _rated(sheet: Sheet) -> Iterator[tuple[int, dict[str, int]]]:
    """Yield the number of each trial, and its ratings by condition."""
    names = sheet.design.conditions
    for number, answer in sheet.answers.items():
        if isinstance(answer, tuple):
            sounds = sheet.trials[number].sounds
            yield number, {names[one]: value for one, value in zip(sounds, answer, strict=True)}


def _rating_pairs(design: Design, sheets: Sequence[Sheet]) -> Iterator[RatingPair]:
    trials = [values for sheet in sheets for _, values in _rated(sheet)]
    for first, second in itertools.combinations(design.conditions, 2):
        apart = [values[second] - values[first] for values in trials]
        yield RatingPair(first, second, difference(apart, comparisons=design.pairs))


def _medians(design: Design, sheets: Sequence[Sheet]) -> Iterator[Figure]:
    trials = [values for sheet in sheets for _, values in _rated(sheet)]
    for name in design.conditions:
        found = quantile([values[name] for values in trials])
        low = 0.0 if found.low is None else found.low
        high = 100.0 if found.high is None else found.high
        yield Figure(name, found.value, low, high, found.n)
