"""Formulas between dollar signs, or between backslashes with brackets."""

from __future__ import annotations

import re
from typing import Final

from .elements import LONGEST, Context, Element, literal

__all__ = ["LONGEST_FORMULA", "dollar", "formula", "spoken_formula"]

LONGEST_FORMULA: Final = 2_000
_AMOUNT: Final = re.compile(r"\$\d[\d.,]*")


def dollar(window: str, ended: bool, context: Context) -> Element | None:
    """Find a formula between dollar signs, which are those of prices and shells as well."""
    if len(window) == 1:
        return literal(1) if ended else None
    if window.startswith("$$"):
        if len(window) == 2:
            return literal(2) if ended else None
        found = formula(window, "$$", context)
        too_long = ended or len(window) > LONGEST_FORMULA
        return literal(2) if found is None and too_long else found
    amount = _AMOUNT.match(window)
    behind = window[amount.end() :][:1] if amount else ""
    if behind and not behind.isalpha() and behind not in "$\\^_=+*/(":
        return literal(1)
    if window[1].isspace() or window[-1] == "\n" or len(window) > LONGEST:
        return literal(1)
    close = window.rfind("$")
    certain = ended or close < len(window) - 1
    if close > 1 and certain and not window[close - 1].isspace():
        content, after = window[1:close], window[close + 1 : close + 2]
        if after.isalnum() or not _is_maths(content):
            return literal(1)
        return _spoken(window[: close + 1], 1, context)
    return literal(1) if ended or context.sentence_ends(window) else None


def formula(window: str, closing: str, context: Context) -> Element | None:
    """Return the formula that a window is, if it is one that such characters close."""
    if len(window) < 5 or not window.endswith(closing):
        return None
    content = window[2:-2]
    if not content.strip("$ \n") or not (context.markdown.seen or _is_maths(content)):
        return None
    return _spoken(window, 2, context)


def spoken_formula(content: str, language: str) -> str:
    """Return what is spoken for a formula."""
    from ..maths import spoken_maths  # few texts have one

    return spoken_maths(content, language)


def _is_maths(content: str) -> bool:
    from ..maths import looks_like_maths

    return looks_like_maths(content.strip())


def _spoken(text: str, mark: int, context: Context) -> Element:
    """Return a formula between marks of so many characters, which nothing stands for."""
    context.markdown.seen = True
    content = text[mark:-mark].strip()
    start = text.index(content, mark)
    spoken = spoken_formula(content, context.markdown.language)
    return Element(len(text), start, start + len(content), text=spoken)
