"""The sentences of a verdict, each on one comparison or on several that say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ..measures import LENGTHS, MEASURES
from ..statistics.differences import Difference
from .grouping import Group, grouped
from .wording import at_least, at_most, capital, listed, nearest, places, span

__all__ = ["NamedDifference", "Sentences"]


@dataclass(frozen=True, slots=True)
class NamedDifference:
    """A difference between two conditions, by what they are called."""

    first: str
    second: str
    found: Difference

    @property
    def is_earlier(self) -> bool:
        """Whether the second is."""
        return self.found.median < 0

    @property
    def known_winner(self) -> str:
        """Which of them is earlier, "" where that is not known."""
        return self.winner if self.found.is_told else ""

    @property
    def winner(self) -> str:
        """The one with the shorter times."""
        return self.second if self.is_earlier else self.first

    @property
    def loser(self) -> str:
        """The other one."""
        return self.first if self.is_earlier else self.second

    @property
    def least(self) -> float:
        """What they differ by at least."""
        return min(abs(self.found.low), abs(self.found.high))


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is said of comparisons within the same surroundings.

    Attributes
    ----------
    measure : str
        What was compared.
    within : str
        What all of them have in common, of what varies.
    sure : str
        The confidence, as percent.
    same : float or None
        Milliseconds below which a difference does not matter.
    """

    measure: str
    within: str
    sure: str
    same: float | None = None

    def differences(self, told: list[NamedDifference], base: str) -> list[str]:
        """Return what differs from the first condition, with intervals, and what else differs."""
        order = [one.loser for one in told]
        told = sorted(told, key=lambda one: -abs(one.found.median))
        from_base: dict[bool, list[NamedDifference]] = defaultdict(list)
        others: dict[str, list[NamedDifference]] = defaultdict(list)
        for one in told:
            if one.first == base:
                from_base[one.is_earlier].append(one)
            else:
                others[one.winner].append(one)
        for own in others.values():
            own.sort(key=lambda one: order.index(one.loser))
        return [
            *(self._list(own) if len(own) > 1 else self._one(own[0]) for own in from_base.values()),
            *(self._others(own) if len(own) > 1 else self._one(own[0]) for own in others.values()),
        ]

    def alike(self, alike: list[NamedDifference]) -> list[str]:
        """Return what differs by less than what matters."""
        sentences = []
        for group in grouped(alike):
            verb = "differs" if len(group.names) == 1 else "differ"
            between = f" from {group.base}" if group.base else _each_other(group)
            sentences.append(
                f"{listed(group.names)} {verb}{between} by less than {self.same:g} ms"
                f"{self._here} ({self.sure})."
            )
        return [self._about(sentence) for sentence in sentences]

    def equal(self, equal: list[NamedDifference]) -> list[str]:
        """Return what was the same in so many pairs that the interval has no width."""
        return [
            self._about(f"{group.words('and')} were the same in {_share(group)}{self._here}.")
            for group in grouped(equal)
        ]

    def undecided(self, untold: list[NamedDifference]) -> list[str]:
        """Return what cannot be told apart, and what it differs by at most; without a full stop."""
        sentences = []
        for group in grouped(untold):
            bound = max(one.found.bound for one in group.pairs)
            sentences.append(
                f"{listed(group.names)} cannot be told apart"
                f"{f' from {group.base}' if group.base else ''} with n = "
                f"{span([one.found.n for one in group.pairs])}: if they differ, then by less than "
                f"{at_most(bound, places(bound))} ms ({self.sure})"
            )
        return [self._about(sentence) for sentence in sentences]

    def by_text(self, first: str, second: str, medians: Mapping[str, float]) -> str:
        """Return how the difference depends on the text."""
        ends = sorted(
            [min(medians, key=medians.__getitem__), max(medians, key=medians.__getitem__)]
        )
        ends.sort(key=lambda text: abs(medians[text]))
        small, large = (medians[text] for text in ends)
        decimals = places(small, large)
        start = f"{nearest(abs(small), decimals)} ms"
        if small * large < 0:
            start += f" {self._than(small < 0)}"
        return self._about(
            f"{second} is {start} ({ends[0]}) to {nearest(abs(large), decimals)} ms "
            f"{self._than(large < 0)} ({ends[1]}) than {first}: it depends on the text."
        )

    def _one(self, one: NamedDifference) -> str:
        by, interval = self._figures(one, self.sure)
        than = f"{self._than(True)} than {one.loser}"
        return self._about(f"{one.winner} is {by} {than} {interval}{self._here}{self._small(one)}.")

    def _small(self, one: NamedDifference) -> str:
        """Say of a difference that it does not matter."""
        if self.same is None or not one.found.is_within(self.same):
            return ""
        return f", which is less than {self.same:g} ms"

    def _list(self, told: list[NamedDifference]) -> str:
        figures = [
            self._figures(one, "" if number else self.sure) for number, one in enumerate(told)
        ]
        items = [
            f"{one.second} by {by} {interval}{self._small(one)}"
            for one, (by, interval) in zip(told, figures, strict=True)
        ]
        than = f"{self._than(told[0].is_earlier)} than {told[0].first}{self._here}"
        return f"{self._about(than, ', ')}: {', '.join(items)}."

    def _others(self, told: list[NamedDifference]) -> str:
        least = min(one.least for one in told)
        return self._about(
            f"{told[0].winner} is {self._than(True)} than {listed([one.loser for one in told])} by "
            f"{at_least(least, places(least))} ms or more ({self.sure}){self._here}."
        )

    @staticmethod
    def _figures(one: NamedDifference, sure: str) -> tuple[str, str]:
        low, high = sorted((abs(one.found.low), abs(one.found.high)))
        decimals = places(low, high, one.found.median)
        by = f"{nearest(abs(one.found.median), decimals)} ms"
        start = f"{sure}: " if sure else ""
        return by, f"({start}{at_least(low, decimals)} to {at_most(high, decimals)})"

    @property
    def _here(self) -> str:
        return "" if self.within else " here"

    def _than(self, is_earlier: bool) -> str:
        if self.measure in LENGTHS:
            return "shorter" if is_earlier else "longer"
        return "earlier" if is_earlier else "later"

    def _about(self, sentence: str, separator: str = ": ") -> str:
        about = [] if self.measure == "ttfa" else [MEASURES.get(self.measure, self.measure)]
        about += [self.within] if self.within else []
        return capital(separator.join([*([", ".join(about)] if about else []), sentence]))


def _each_other(group: Group[NamedDifference]) -> str:
    return " from each other" if len(group.names) > 2 else ""


def _share(group: Group[NamedDifference]) -> str:
    """Return in how many of their pairs the conditions were the same, at least."""
    if len(group.pairs) == 1:
        found = group.pairs[0].found
        return f"{found.equal:,} of {found.n:,} pairs"
    if all(one.found.equal == one.found.n for one in group.pairs):
        return "all their pairs"
    share = min(one.found.equal / one.found.n for one in group.pairs)
    return f"{at_least(100 * share, 0)} % of their pairs or more"
