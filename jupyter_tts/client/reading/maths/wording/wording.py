"""The words with which a language reads formulas aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Wording"]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a language says for the parts of a formula.

    A phrase has its parts as ``{0}`` and ``{1}``; a comma between spaces in it is a pause.

    Attributes
    ----------
    signs : mapping of str to str
        Of the signs that the voice is not to read in its own words.
    functions : mapping of str to str
        Of those whose name is not said as it is written.
    phrases : mapping of str to str
        By the names in :mod:`.english`, which has them all.
    fractions : mapping of str to tuple of str and str
        Of a half and so on by the number that divides: one of them, and several as a phrase.
    decimal_comma : bool
        Whether a comma between digits is a decimal point rather than one of a list.
    contractions : mapping of str to str
        What becomes of words that meet, with the spaces around them.
    raised, lowered : mapping of str to str
        Of characters that are written as an exponent or an index where no words say so.
    """

    signs: Mapping[str, str]
    functions: Mapping[str, str]
    phrases: Mapping[str, str]
    fractions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    decimal_comma: bool = False
    contractions: Mapping[str, str] = field(default_factory=dict)
    raised: Mapping[str, str] = field(default_factory=dict)
    lowered: Mapping[str, str] = field(default_factory=dict)
