"""What a formula consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "Accent",
    "Binomial",
    "Fenced",
    "Fraction",
    "Function",
    "Grid",
    "Letter",
    "Node",
    "Number",
    "Pause",
    "Root",
    "Row",
    "Scripts",
    "Sign",
    "Stack",
    "Words",
]


@dataclass(frozen=True, slots=True)
class Number:
    """A number, as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A variable of one letter; a bold one is a vector or a matrix."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Words, and names of more than one letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function that has a name in mathematics: sin, log, max."""

    name: str


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator, a relation or any other sign, as one character of Unicode."""

    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Where one statement ends and another begins."""

    text: str = ","


@dataclass(frozen=True, slots=True)
class Row:
    """Parts that are written side by side."""

    items: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Scripts:
    """A part with an index, an exponent or primes."""

    base: Node
    below: Row | None = None
    above: Row | None = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Fraction:
    """One part over another."""

    over: Row
    under: Row


@dataclass(frozen=True, slots=True)
class Binomial:
    """How many ways there are to choose."""

    over: Row
    under: Row


@dataclass(frozen=True, slots=True)
class Root:
    """A root; ``index`` is None for a square root."""

    body: Row
    index: Row | None = None


@dataclass(frozen=True, slots=True)
class Fenced:
    """A part between two brackets or bars."""

    opening: str
    body: Row
    closing: str


@dataclass(frozen=True, slots=True)
class Accent:
    """A part with a hat, an arrow or the like, by LaTeX's name of it."""

    name: str
    body: Row


@dataclass(frozen=True, slots=True)
class Stack:
    """A part with a label above or below it."""

    base: Row
    label: Row


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix, cases, or lines of formulas, by LaTeX's name of it."""

    name: str
    rows: tuple[tuple[Row, ...], ...]


Node: TypeAlias = (
    Number
    | Letter
    | Words
    | Function
    | Sign
    | Pause
    | Row
    | Scripts
    | Fraction
    | Binomial
    | Root
    | Fenced
    | Accent
    | Stack
    | Grid
)
