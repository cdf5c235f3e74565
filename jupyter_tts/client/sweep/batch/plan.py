"""What a batch is going to do and what it costs, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...speech.cost import Quota, is_costly
from .items import Item

__all__ = ["BatchPlan"]


@dataclass(frozen=True)
class BatchPlan:
    """The rows of a batch by what is to be done for them.

    Attributes
    ----------
    folder : path
        Of the files, and of their manifest.
    done : int
        Rows whose files are there, as an earlier run wrote them.
    cached : sequence of Item
        Whose speech is in the cache.
    to_speak : sequence of Item
        The others.
    paid : int
        Characters that a paid account is sent.
    quota : Quota or None
        Of that account, where its server tells.
    """

    folder: Path
    done: int
    cached: Sequence[Item]
    to_speak: Sequence[Item]
    paid: int = 0
    quota: Quota | None = None

    @property
    def rows(self) -> int:
        """All rows."""
        return self.done + len(self.cached) + len(self.to_speak)

    @property
    def left(self) -> list[Item]:
        """The rows whose files are not there, in their order."""
        return sorted([*self.cached, *self.to_speak], key=lambda item: item.row)

    @property
    def characters(self) -> int:
        """Characters that are spoken again."""
        return sum(item.characters for item in self.to_speak)

    def is_costly(self, most: int | None) -> bool:
        """Whether it takes so much of an account that it is worth a question.

        Parameters
        ----------
        most : int or None
            Characters above which it is in any case; None if it never is.
        """
        return self.paid > 0 and is_costly(self.paid, self.quota, most)

    @property
    def is_short(self) -> bool:
        """Whether the account has fewer characters left than are sent."""
        return self.quota is not None and self.paid > self.quota.left

    def __str__(self) -> str:
        to_speak = f"{len(self.to_speak):,} to speak with {self.characters:,} characters"
        parts = [
            *([to_speak] if self.to_speak else []),
            *([f"{len(self.cached):,} in the cache"] if self.cached else []),
            *([f"{self.done:,} done before"] if self.done else []),
        ]
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"{rows}: {', '.join(parts)}{self._account}."

    @property
    def question(self) -> str:
        """What to ask before it is begun."""
        texts = "1 text" if len(self.to_speak) == 1 else f"{len(self.to_speak):,} texts"
        return f"{texts} with {self.paid:,} characters would be sent{self._account}."

    @property
    def _account(self) -> str:
        if self.quota is None:
            return ""
        short = ", which is less" if self.is_short else ""
        return f", and the account has {self.quota}{short}"
