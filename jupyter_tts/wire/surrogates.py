"""Halves of UTF-16 pairs in a text, as JSON escapes and tokenizers leave them.

A str can hold half a pair; UTF-8, and so a frame, a URL or a message to a page, cannot.
"""

from __future__ import annotations

import re

__all__ = ["FIRST_HALF", "SECOND_HALF", "find_half", "join_pairs", "replace_halves"]

FIRST_HALF = re.compile("[\ud800-\udbff]")
SECOND_HALF = re.compile("[\udc00-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")


def join_pairs(text: str) -> str:
    """Return a text in which each pair of halves is the character that it stands for."""
    if _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def replace_halves(text: str) -> str:
    """Return a text with its pairs joined, and U+FFFD for each half that is left."""
    if _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def find_half(text: str) -> int | None:
    """Return where the first half stands in a text whose pairs are joined, None for nowhere."""
    match = _HALF.search(text)
    return None if match is None else match.start()
