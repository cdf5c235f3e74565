"""Emoji that are all that a line says, in words.

Beside words they are not read: "Great 😀 job" is "great job". A line of nothing else would be
silent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ..ssml import Span

__all__ = ["emoji_names"]

_PICTOGRAPH: Final = (
    "[\u231a\u231b\u23e9-\u23fa\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f000-\U0001faff]"
)
# Variation selectors, keycaps, joiners, shades of skin and the letters of a region's flag.
_MODIFIER: Final = "[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
_FLAG: Final = "[\U0001f1e6-\U0001f1ff]{2}"
_EMOJI: Final = re.compile(
    f"({_FLAG}|{_PICTOGRAPH}{_MODIFIER}*(?:\u200d{_PICTOGRAPH}{_MODIFIER}*)*)\\1*"
)
_LINE: Final = re.compile(r"[^\n]+")

# Where Unicode's name is not what people say.
_NAMES: Final = {
    "\u2764": "red heart",
    "\u2705": "check mark",
    "\u2714": "check mark",
    "\u2b50": "star",
    "\u263a": "smiling face",
    "\U0001f44f": "clapping hands",
    "\U0001f64f": "folded hands",
    "\U0001f64c": "raising hands",
    "\U0001f4af": "hundred points",
    "\U0001f602": "tears of joy",
    "\U0001f3f4": "flag",
}
_UNSAID: Final = re.compile(r"\b(?:heavy|symbol|sign)\b")


def emoji_names(text: str) -> Iterator[tuple[Span, str]]:
    """Yield the emoji of lines that have no letter or digit, with what is said for each.

    One that is repeated is said once.
    """
    for line in _LINE.finditer(text):
        if any(map(str.isalnum, line.group())):
            continue
        for match in _EMOJI.finditer(text, *line.span()):
            if name := _name(match[1]):
                yield match.span(), name


def _name(emoji: str) -> str:
    if re.fullmatch(_FLAG, emoji):
        letters = (unicodedata.name(letter)[-1] for letter in emoji)
        return f"flag {' '.join(letters)}"
    first, *joined = emoji.split("\u200d")
    # ♀ and ♂ tell a runner from a runner.
    parts = [first, *(part for part in joined if part[0] not in "\u2640\u2642")]
    return " ".join(filter(None, map(_word, (part[0] for part in parts))))


def _word(character: str) -> str:
    name = _NAMES.get(character) or unicodedata.name(character, "").lower()
    return " ".join(_UNSAID.sub(" ", name).replace("-", " ").split())
