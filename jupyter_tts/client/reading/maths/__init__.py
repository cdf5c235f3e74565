"""Formulas, read aloud."""

from __future__ import annotations

import re

from .detection import looks_like_maths
from .parser import parse
from .reader import FormulaReader
from .wording import wording_for

__all__ = ["looks_like_maths", "spoken_maths"]

# 3,14 and not 1,2,3.
_DECIMAL_COMMA = re.compile(r"(?<![\d,.])(\d+),(\d+)(?![\d,])")
_PAUSES = ",:;"  # the longer the later
# What LaTeX is written with, and a voice must not read.
_NEVER_SPOKEN = str.maketrans(dict.fromkeys("\\{}$_~`", " "))


def spoken_maths(latex: str, language: str = "en") -> str:
    r"""Return a formula as a teacher of mathematics reads it aloud.

    ``x^2 + \frac{a}{b}`` is "x squared plus a over b". Numbers stay digits, which the voice
    reads. A command that is not known is read as its name, and nothing raises.

    Parameters
    ----------
    latex : str
        Without the dollar signs around it; also as plain text: ``x² ≤ √2``, ``sqrt(x) <= 5``.
    language : str, optional
        ISO 639-1 code. In a language without words here the formula is put in signs of Unicode
        ("x² + a/b"), for the voice to read in its own words.
    """
    wording = wording_for(language)
    if wording.decimal_comma:
        latex = _DECIMAL_COMMA.sub(r"\1{,}\2", latex)
    spoken = FormulaReader(wording).row(parse(latex))
    text = _joined(spoken.translate(_NEVER_SPOKEN).split())
    for words, contraction in wording.contractions.items():
        text = text.replace(words, contraction)
    return text


def _joined(words: list[str]) -> str:
    """Join words, with the longest of several pauses, and none at the ends."""
    text = pause = ""
    for word in words:
        if word in _PAUSES:
            pause = max(pause or word, word, key=_PAUSES.find)
        else:
            text += f"{pause} {word}" if text else word
            pause = ""
    return text
