"""What an engine speaks in place of a text, and the way back for the character times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from .ssml import Span

__all__ = ["Element", "SpokenText", "digits_apart", "speakable"]

# Categories that no engine must see: control characters (for eSpeak NG, U+0001 starts an embedded
# command and U+0000 ends the text), lone surrogates (no UTF-8), unassigned and private-use code
# points (some are its internal marks). Format characters stay: Persian and the Indic scripts need
# the joiners.
_UNSPEAKABLE: Final = frozenset({"Cc", "Cs", "Cn", "Co"})


# Read as one number it would be minutes long.
_LONG_NUMBER: Final = re.compile(r"\d{16,}")
_DIGIT_PAIR: Final = re.compile(r"(?<=\d)\d")
# A list without spaces, which would be read as one number, too.
_LONG_LIST: Final = re.compile(r"\d(?:,?\d){15,}")
_AFTER_COMMA: Final = re.compile(r"(?<=\d,)\d")


def digits_apart(text: str, *, read_digits: bool) -> set[int]:
    """Where a space goes before a digit, so that ``42`` is read "four two".

    In a number that is too long to be read as one it always does, or after each of its commas.
    """
    long_numbers = [(0, len(text))] if read_digits else []
    long_numbers += [match.span() for match in _LONG_NUMBER.finditer(text)]
    # "1,2 3 4" would be twelve, three, four.
    long_lists = [(0, len(text))] if read_digits else []
    long_lists += [match.span() for match in _LONG_LIST.finditer(text)]
    return {
        match.start()
        for pattern, spans in ((_DIGIT_PAIR, long_numbers), (_AFTER_COMMA, long_lists))
        for first, after in spans
        for match in pattern.finditer(text, first, after)
    }


def speakable(character: str) -> str:
    """Return a character, or a space for one that an engine must not see."""
    if character != "\n" and unicodedata.category(character) in _UNSPEAKABLE:
        return " "
    return character


class Element(Protocol):
    """A tagged word, by its place in the text.

    Attributes
    ----------
    whole, word : Span
        Where the element and the word in it begin and end.
    """

    @property
    def whole(self) -> Span: ...

    @property
    def word(self) -> Span: ...


@dataclass(frozen=True)
class SpokenText:
    """A text made ready for an engine.

    Attributes
    ----------
    text : str
        What is spoken.
    indexes : tuple of int
        Per character of the original text, its index in ``text``; strictly increasing, except that
        all characters of an element have the index of its first.
    elements : tuple of (Element, Span)
        The phoneme elements, and where in ``text`` the letters or phonemes of each stand.
    unread : tuple of str
        The words in those whose pronunciation the voice cannot speak, so that it reads the word.
    """

    text: str
    indexes: tuple[int, ...]
    elements: tuple[tuple[Element, Span], ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """A sentence on the words whose pronunciation is not spoken, "" if there are none."""
        if not self.unread:
            return ""
        words = ", ".join(dict.fromkeys(self.unread))
        return (
            f"The voice cannot speak the pronunciation that is given, and reads the word: {words}."
        )

    def may_stop(self, index: int | None) -> bool:
        """Whether what is spoken may end before a character of ``text``: not within an element."""
        spans = (span for _, span in self.elements)
        return index is None or not any(first < index < after for first, after in spans)

    def restore(
        self, starts: Sequence[int], ends: Sequence[int]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Carry the times of the spoken characters back to the characters of the original.

        The word in an element shares the element's time, and its tags take none.
        """
        begun = [starts[index] for index in self.indexes]
        ended = [ends[index] for index in self.indexes]
        for element, (first, after) in self.elements:
            begin, end = starts[first], ends[after - 1]
            (opening, closing), (word, tail) = element.whole, element.word
            begun[opening:word] = ended[opening:word] = [begin] * (word - opening)
            marks = [begin + (end - begin) * n // (tail - word) for n in range(tail - word + 1)]
            begun[word:tail], ended[word:tail] = marks[:-1], marks[1:]
            begun[tail:closing] = ended[tail:closing] = [end] * (closing - tail)
        return tuple(begun), tuple(ended)
