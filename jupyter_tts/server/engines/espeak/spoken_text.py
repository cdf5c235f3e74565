"""What of a text reaches eSpeak NG: cleaned and, on request, digit by digit.

A character of the text stays a character of the spoken text (or gains a space before it), so
that character times can be carried back to the text as it was given. Only a phoneme element
becomes something else as a whole: its pronunciation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..spoken_text import SpokenText, speakable
from ..ssml import Span
from ..text_pieces import ends_clause
from .phonemes import Pronunciation

__all__ = ["EspeakText", "pauses_after", "prepare"]

# eSpeak NG 1.52 pauses here and after a clause's punctuation, no other: found by speaking "la? be"
# with every punctuation character.
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*\Z")


@dataclass(frozen=True)
class EspeakText(SpokenText):
    """A text made ready for eSpeak NG.

    Attributes
    ----------
    has_mnemonics : bool
        Whether there are phoneme mnemonics in the text, in double brackets.
    """

    has_mnemonics: bool = False


def prepare(
    text: str, *, read_digits: bool = False, elements: Sequence[Pronunciation] = ()
) -> EspeakText:
    """Make a text safe to speak.

    Parameters
    ----------
    text : str
        Any text.
    read_digits : bool
        Put a space between neighbouring digits, so that ``42`` is read "four two".
    elements : sequence of Pronunciation
        The phoneme elements to be spoken by their pronunciation, in order.
    """
    writer = _Writer(read_digits, escapes_brackets=bool(elements))
    marked: list[tuple[Pronunciation, Span]] = []
    start = 0
    for element in elements:
        writer.add(text[start : element.whole[0]])
        word = text[slice(*element.word)]
        marked.append((element, writer.add_element(word, element)))
        start = element.whole[1]
    writer.add(text[start:])
    has_mnemonics = any(element.mnemonics is not None for element in elements)
    unread = [text[slice(*element.word)] for element in elements if element.mnemonics is None]
    return EspeakText(
        "".join(writer.spoken),
        tuple(writer.indexes),
        tuple(marked),
        tuple(unread),
        has_mnemonics=has_mnemonics,
    )


class _Writer:
    """Writes a spoken text and notes where every character goes.

    With `escapes_brackets`, double brackets in the text, which would be read as mnemonics, are
    written as single ones.
    """

    def __init__(self, read_digits: bool, *, escapes_brackets: bool) -> None:
        self.spoken: list[str] = []
        self.indexes: list[int] = []
        self._read_digits = read_digits
        self._escapes_brackets = escapes_brackets

    def add(self, text: str) -> None:
        """Write a text as it is."""
        after_digit = False
        for character in text:
            digit = character.isdecimal()
            if self._read_digits and digit and after_digit:
                self.spoken.append(" ")
            after_digit = digit
            self.indexes.append(len(self.spoken))
            doubled = self._escapes_brackets and character == "[" and self.spoken[-1:] == ["["]
            self.spoken.append(" " if doubled else speakable(character))

    def add_element(self, word: str, element: Pronunciation) -> Span:
        """Write an element's mnemonics, or its word; return where they stand."""
        whole = element.whole[1] - element.whole[0]
        if element.mnemonics is None:
            count = len(self.indexes)
            first = len(self.spoken)
            self.add(word)
            del self.indexes[count:]
            after = len(self.spoken)
        else:
            # eSpeak NG sees the brackets only where a word begins.
            self.spoken.extend(" [[")
            first = len(self.spoken)
            self.spoken.extend(element.mnemonics)
            after = len(self.spoken)
            self.spoken.extend("]]")
        self.indexes.extend([first] * whole)
        return first, after


def pauses_after(text: str) -> bool:
    """Whether a pause follows this text when more text follows: it ends a clause or paragraph."""
    return ends_clause(text) or _PARAGRAPH_END.search(text) is not None
