"""What of a text reaches eSpeak NG: cleaned, cut and, on request, digit by digit.

A character of the text stays a character of the spoken text (or gains a space before it), so
that character times can be carried back to the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["MAX_CHARACTERS", "SpokenText", "halve", "pauses_after", "prepare", "split"]

# The longest text in one request: as long as the longest segment a client can ask for
# (chunk_length_schedule, 50 to 500), and short enough for speakers to take turns.
MAX_CHARACTERS = 500

# Categories eSpeak NG must not see: control characters (U+0001 starts an embedded command, U+0000
# ends the text), lone surrogates (no UTF-8), unassigned and private-use code points (some are its
# internal marks).  Format characters stay: Persian and the Indic scripts need the joiners.
_UNSPEAKABLE = frozenset({"Cc", "Cs", "Cn", "Co"})

# Where eSpeak NG 1.52 ends a clause, found by speaking "la? be" with every punctuation character.
_CLAUSE_END = ".,;:!?…—–‼⁇⁏·՝։،؛؟۔।॥።፣፤፥፦፧፨᠂᠃、。｡､．，：；？！"
_CLOSING = "\"')]}»›”’」』）】"
_PAUSE = re.compile(rf"(?:[{re.escape(_CLAUSE_END)}][{re.escape(_CLOSING)}]*\s*|\n[ \t]*\n\s*)\Z")
_AFTER_CLAUSE = re.compile(rf"[{re.escape(_CLAUSE_END)}][{re.escape(_CLOSING)}]*\s+")
_WHITESPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class SpokenText:
    """A text made ready for eSpeak NG.

    Attributes
    ----------
    text : str
        What is spoken.
    kept : tuple of int
        Per character of the original text, its index in ``text``; strictly increasing.
    """

    text: str
    kept: tuple[int, ...]

    def restore(self, values: Sequence[int]) -> tuple[int, ...]:
        """Carry one value per spoken character back to the characters of the original."""
        return tuple(values[index] for index in self.kept)


def prepare(text: str, *, read_digits: bool = False) -> SpokenText:
    """Make a text safe to speak.

    Parameters
    ----------
    text : str
        Any text.
    read_digits : bool
        Put a space between neighbouring digits, so that ``42`` is read "four two".
    """
    spoken: list[str] = []
    kept: list[int] = []
    after_digit = False
    for character in text:
        digit = character.isdecimal()
        if read_digits and digit and after_digit:
            spoken.append(" ")
        after_digit = digit
        kept.append(len(spoken))
        spoken.append(_safe(character))
    return SpokenText("".join(spoken), tuple(kept))


def _safe(character: str) -> str:
    if character != "\n" and unicodedata.category(character) in _UNSPEAKABLE:
        return " "
    return character


def pauses_after(text: str) -> bool:
    """Whether a pause follows this text when more text follows: it ends a clause or paragraph."""
    return _PAUSE.search(text) is not None


def split(text: str, limit: int = MAX_CHARACTERS) -> Iterator[str]:
    """Cut a text into pieces of at most ``limit`` characters, best after a clause, else a word.

    The pieces joined are the text.
    """
    start = 0
    while len(text) - start > limit:
        half, full = start + limit // 2, start + limit
        clause, word = (
            _last_end(pattern, text, half, full) for pattern in (_AFTER_CLAUSE, _WHITESPACE)
        )
        end = clause or word or full
        yield text[start:end]
        start = end
    yield text[start:]


def _last_end(pattern: re.Pattern[str], text: str, start: int, end: int) -> int | None:
    ends = [match.end() for match in pattern.finditer(text, start, end)]
    return ends[-1] if ends else None


def halve(text: str) -> tuple[str, str] | None:
    """Cut a text in two near its middle, between words if it has several; None if it has no two."""
    if len(text) < 2:
        return None
    middle = len(text) // 2
    cuts = [match.end() for match in _WHITESPACE.finditer(text) if match.end() < len(text)]
    cut = min(cuts, key=lambda index: abs(index - middle), default=middle)
    return text[:cut], text[cut:]
