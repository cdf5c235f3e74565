"""Pairs of conditions in groups of which the same can be said."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from .wording import listed

__all__ = ["Group", "grouped"]


class _OfTwo(Protocol):
    @property
    def first(self) -> str: ...
    @property
    def second(self) -> str: ...


Two = TypeVar("Two", bound=_OfTwo)


@dataclass(frozen=True, slots=True)
class Group(Generic[Two]):
    """Pairs of which the same is said.

    Attributes
    ----------
    names : list of str
        The conditions.
    base : str
        The one that each of them is paired with; "" if each is paired with each other one.
    pairs : list
    """

    names: list[str]
    base: str
    pairs: list[Two]

    def words(self, between: str) -> str:
        """Return the names, with a word before the one that all are paired with."""
        return f"{listed(self.names)} {between} {self.base}" if self.base else listed(self.names)


def grouped(pairs: Sequence[Two]) -> list[Group[Two]]:
    """Return pairs in groups, large ones where they are easily found."""
    left = {(one.first, one.second): one for one in pairs}
    known = {frozenset(both) for both in left}
    names = [*dict.fromkeys(itertools.chain.from_iterable(left))]
    groups: list[Group[Two]] = []
    while left:
        start = next(iter(left))
        all_pairs = [*start]
        for name in names:
            if name not in all_pairs and all({name, one} in known for one in all_pairs):
                all_pairs.append(name)
        among = [both for both in left if {*both} <= {*all_pairs}]
        base = max(start, key=lambda name: sum(name in both for both in left))
        around = [both for both in left if base in both]
        if len(among) >= len(around):
            chosen = among
            group = Group(sorted(all_pairs, key=names.index), "", [left[both] for both in among])
        else:
            chosen = around
            others = [second if first == base else first for first, second in around]
            group = Group(others, base, [left[both] for both in around])
        groups.append(group)
        for both in chosen:
            del left[both]
    return groups
