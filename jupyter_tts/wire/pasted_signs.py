"""Signs that web pages, word processors and keyboards write in place of those of ASCII."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = [
    "CLOSING_QUOTES",
    "DASHES",
    "INVISIBLE",
    "OPENING_QUOTES",
    "PYTHON_QUOTES",
    "plain_sign",
    "plain_signs",
]

DASHES: Final = "‐‑‒–—―⁃−⸺⸻﹘﹣－"
"""What is written for ``-``, or for ``--``."""

INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
)
"""What nobody sees, for use between the brackets of a regular expression."""

_DOUBLE = '"“”„‟«»〝〞〟″＂'
_SINGLE = "'‘’‚‛‹›′＇"
_OTHER_PAIRS = {"「": "」", "『": "』", "｢": "｣", "《": "》", "〈": "〉", "`": "`"}
PYTHON_QUOTES: Final = frozenset("\"'")
OPENING_QUOTES: Final = (
    dict.fromkeys(_DOUBLE[1:], _DOUBLE) | dict.fromkeys(_SINGLE[1:], _SINGLE) | _OTHER_PAIRS
)
"""Quotes beside those of Python, each with the signs that may close it."""

CLOSING_QUOTES: Final = frozenset(_DOUBLE) | frozenset(_OTHER_PAIRS.values())
"""Quotes that end a word only where it began with one: no apostrophes."""

_HIDDEN = re.compile(f"[{INVISIBLE}]")
_PLAIN = str.maketrans(
    dict.fromkeys(DASHES, "-") | dict.fromkeys(_DOUBLE, '"') | dict.fromkeys(_SINGLE, "'")
)


def plain_signs(text: str) -> str:
    """Return a text with ASCII's signs, letters and digits where it has others for them."""
    return unicodedata.normalize("NFKC", _HIDDEN.sub("", text).translate(_PLAIN))


def plain_sign(sign: str) -> str:
    """Return the sign of ASCII that another one was pasted for, or the sign itself."""
    if sign.isascii():
        return sign
    if sign.isspace():
        return " "
    plain = _OTHERS.get(sign) or sign.translate(_PLAIN)
    if unicodedata.east_asian_width(sign) == "F" or "\ufe50" <= sign <= "\ufe6f":
        plain = unicodedata.normalize("NFKC", plain)
    return plain if len(plain) == 1 and plain.isascii() else sign


# Those that no normalisation makes one of ASCII.
_OTHERS = {"。": ".", "｡": ".", "､": ",", "、": ",", "∕": "/", "⁄": "/", "∶": ":"}
