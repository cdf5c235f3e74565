"""Where the rows of a picture stand, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .shapes import Field

__all__ = ["FEW", "Rows", "is_numbered", "shortened"]

FEW: Final = 12
"""Conditions that have rows of full height."""

LONG: Final = 20
"""Characters of a name that has no room beside what it names."""

_CHARACTER: Final = 6  # pixels, those of a wide font
_MOST: Final = 52  # characters of a name in the narrowest picture


def is_numbered(names: Sequence[str]) -> bool:
    """Return whether conditions are called by their numbers, where their names have no room."""
    return len(names) > FEW or max(map(len, names), default=0) > LONG


class Rows:
    """The rows of a picture: names beside them, or above them where they are long.

    Parameters
    ----------
    names : sequence of str
    top : int, optional
        Pixels above the first.
    first : int or None, optional
        The number of the first; None for rows that have no numbers.
    right : int, optional
        Pixels right of what is drawn.

    Attributes
    ----------
    field : Field
        Right of the names.
    bottom : int
        Pixels down to the end of the last row.
    """

    def __init__(
        self, names: Sequence[str], top: int = 4, first: int | None = 1, right: int = 20
    ) -> None:
        longest = max(map(len, names), default=0)
        few = len(names) <= FEW or (first is None and longest > LONG)
        self._above = few and longest > LONG
        if first is None:
            pass
        elif self._above:
            names = [f"{first + number} · {name}" for number, name in enumerate(names)]
        elif longest > LONG:
            names = [str(first + number) for number in range(len(names))]
        self._names = names
        self._top = top
        self._step = 32 if self._above else 21 if few else 14
        self._half = 6 if few else 4
        left = 0 if self._above else _CHARACTER * max(map(len, names), default=0) + 10
        self._left = left
        self.field = Field(left, right)
        self.bottom = top + self._step * len(names)

    def middle(self, number: int) -> float:
        """Return the pixels down to the middle of a row."""
        return self._top + self._step * (number + 0.5) + (7 if self._above else 0)

    def span(self, number: int) -> tuple[float, float]:
        """Return the pixels down to the top and the bottom of what is drawn in a row."""
        return self.middle(number) - self._half, self.middle(number) + self._half

    @property
    def names(self) -> str:
        """The names, drawn."""
        if self._above:
            return "".join(
                Field().text(0, self.middle(number) - 10, shortened(name))
                for number, name in enumerate(self._names)
            )
        return "".join(
            Field().text(0, self.middle(number) + 4, name, anchor="end", shift=self._left - 8)
            for number, name in enumerate(self._names)
        )


def shortened(name: str, most: int = _MOST) -> str:
    """Return a name without its middle where it is too long: what differs stands at its ends."""
    if len(name) <= most:
        return name
    half = (most - 1) // 2
    return f"{name[:half].rstrip()}…{name[-half:].lstrip()}"
