"""Whether what stands between two dollar signs is a formula."""

from __future__ import annotations

import re

from .commands import (
    ACCENTS,
    ARROWS,
    DROPPED,
    DROPPED_WITH_ARGUMENT,
    FRACTIONS,
    FUNCTIONS,
    MODULO,
    STYLES,
    TEXT,
    UPRIGHT,
    names,
)
from .signs import BIG_OPERATORS, BINARY, RELATIONS, SIGN_OF_COMMAND

__all__ = ["looks_like_maths"]

_LONGEST = 2000  # characters of a formula in a line
_COMMANDS = frozenset(SIGN_OF_COMMAND).union(
    ACCENTS, ARROWS, DROPPED, DROPPED_WITH_ARGUMENT, FRACTIONS, FUNCTIONS, MODULO, STYLES, TEXT,
    UPRIGHT, ("begin", "sqrt", "binom", "ce", "quad", "left", "overset", "not", "over", "choose"),
)  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+|[^A-Za-z0-9])")
_NO_FORMULA = re.compile(r"\n\s*\n|^[A-Za-z]:\\")  # two paragraphs, or a path of Windows
_THING = re.compile(r"[^\W_]|[∅∞√∑∫…]")
_SIGN = frozenset("=<>+-*/^_!|%").union(RELATIONS, BINARY, BIG_OPERATORS, "∞∂∇∀∃√ℝℕℤℚℂ¬°′'")
# Of code, not of formulas.
_FOREIGN = re.compile(r"[#@\"`;?]|[A-Za-z]{2}_[A-Za-z]{2}|^\{[^\^\\]*\}$|^[^<>=^+-]*\.$")
# What needs something on its other side: the text of "from $5-$10" or "$HOME/$USER".
_CUT_OFF = re.compile(r"^[=*/^_,:.&]|(?<!\^)[+*−-]$|[=<>/^_,:&\\–—]$")
# An index of letters, which has its variable: x_max.
_INDEX = re.compile(r"(?<![^\W\d_])([^\W\d_])[_^](?:[^\W\d_]{2,}|\{[^\W\d_]{2,}\})")
_EQUATION_OF_WORDS = re.compile(r"[A-Za-z]+ = [A-Za-z]+(?: [+*/×·−-] [A-Za-z]+)*")
_SMALL_WORDS = names(
    "am an as at be by do go he if in is it me my no of on or so to up us we ok vs"
)


def looks_like_maths(content: str) -> bool:
    r"""Return whether what stands between two dollar signs is a formula, and no prose or code.

    ``x^2``, ``a`` and ``n \log n`` are; ``5 or 6`` of two prices, ``HOME/bin:`` of a shell and
    ``100 + `` are not.

    Parameters
    ----------
    content : str
        Without the dollar signs.
    """
    if content != content.strip() or len(content) > _LONGEST or _NO_FORMULA.search(content):
        return False
    commands = _COMMAND.findall(content)
    if any(len(name) > 1 and name in _COMMANDS for name in commands):
        return True
    # Of a command that is not known nothing can be told, but for brackets and spaces.
    text = _COMMAND.sub(lambda match: " x " if match[1].isalpha() else " ", content).strip()
    if not _THING.search(text) or "\\" in text or _FOREIGN.search(text) or _CUT_OFF.search(text):
        return False
    return _is_balanced(text) and _is_typed(text)


def _is_typed(text: str) -> bool:
    """Whether text without a command of LaTeX is a formula."""
    if _EQUATION_OF_WORDS.fullmatch(text):
        return True
    words = re.findall(r"(?<!\d)[^\W\d_]+", _INDEX.sub(r"\1", text))
    if not all(map(_is_variable, words)):
        return False
    parts = text.split()
    return not _SIGN.isdisjoint(text) or len(parts) == 1 or not all(map(str.isdigit, parts))


def _is_variable(word: str) -> bool:
    """Whether letters between other signs are a variable, a product of some, or a function."""
    if len(word) == 1 or word in FUNCTIONS or word == "sqrt":
        return True
    if len(word) == 2:
        return word.lower() not in _SMALL_WORDS
    return len(word) == 3 and (word.isupper() or not re.search(r"[aeiou]", word))


def _is_balanced(text: str) -> bool:
    """Whether no more brackets are closed than were opened, and none stays open."""
    depth = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0:
            return False
    return depth == 0
