"""Which letters of a formula are variables side by side, and which make up a word."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from .commands import FUNCTIONS
from .nodes import Function, Letter, Node, Words

__all__ = ["letters_or_words"]

_JOINED = re.compile(r"(arc(?:sin|cos|tan)|sin|cos|tan|log|ln|exp)([nuxyz])")
_WORD = re.compile(r"(?=.*[aeiouyà-ɏ])(?=.*[^aeiouy])[A-Za-zà-ɏ][a-zà-ɏ]{3,}|[^\x00-\u024f]{2,}")


def letters_or_words(letters: str, *, upright: bool = False) -> Iterable[Node]:
    """Return what letters without a space between them are.

    Parameters
    ----------
    letters : str
    upright : bool, optional
        Whether they are set as a word.
    """
    if len(letters) == 1:
        # Units and elements are words; the d of a differential, e, i and T keep their meaning.
        yield Words(letters) if upright and letters not in "deiT" else Letter(letters)
    elif letters in FUNCTIONS:
        yield Function(letters)
    elif joined := _JOINED.fullmatch(letters):
        yield Function(joined[1])
        yield Letter(joined[2])
    elif upright or _is_word(letters):
        yield Words(letters)
    else:
        yield from map(Letter, letters)


def _is_word(letters: str) -> bool:
    """Whether letters can be said as a word and are not a, b, c."""
    follow_each_other = all(ord(b) - ord(a) == 1 for a, b in itertools.pairwise(letters))
    return bool(_WORD.fullmatch(letters)) and not follow_each_other
