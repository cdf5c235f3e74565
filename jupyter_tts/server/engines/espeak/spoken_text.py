"""What of a text reaches eSpeak NG: cleaned, cut and, on request, digit by digit.

A character of the text stays a character of the spoken text (or gains a space before it), so
that character times can be carried back to the text as it was given. Only a phoneme element
becomes something else as a whole: its pronunciation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..ssml import Pronounced, Span, inside

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
        Per character of the original text, its index in ``text``; strictly increasing, except that
        all characters of an element have the index of its first.
    elements : tuple of (Pronounced, Span)
        The phoneme elements, and where in ``text`` the letters or mnemonics of each stand.
    """

    text: str
    kept: tuple[int, ...]
    elements: tuple[tuple[Pronounced, Span], ...] = ()

    @property
    def has_mnemonics(self) -> bool:
        """Whether there are phoneme mnemonics in the text, in double brackets."""
        return any(element.mnemonics is not None for element, _ in self.elements)

    def restore(
        self, starts: Sequence[int], ends: Sequence[int]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Carry the times of the spoken characters back to the characters of the original.

        The word in an element shares the element's time, and its tags take none.
        """
        begun = [starts[index] for index in self.kept]
        ended = [ends[index] for index in self.kept]
        for element, (first, after) in self.elements:
            begin, end = starts[first], ends[after - 1]
            (opening, closing), (word, tail) = element.whole, element.word
            begun[opening:word] = ended[opening:word] = [begin] * (word - opening)
            marks = [begin + (end - begin) * n // (tail - word) for n in range(tail - word + 1)]
            begun[word:tail], ended[word:tail] = marks[:-1], marks[1:]
            begun[tail:closing] = ended[tail:closing] = [end] * (closing - tail)
        return tuple(begun), tuple(ended)


def prepare(
    text: str, *, read_digits: bool = False, elements: Sequence[Pronounced] = ()
) -> SpokenText:
    """Make a text safe to speak.

    Parameters
    ----------
    text : str
        Any text.
    read_digits : bool
        Put a space between neighbouring digits, so that ``42`` is read "four two".
    elements : sequence of Pronounced
        The phoneme elements to be spoken by their pronunciation, in order.
    """
    written = _Writer(read_digits, guarded=bool(elements))
    marked: list[tuple[Pronounced, Span]] = []
    start = 0
    for element in elements:
        written.add(text[start : element.whole[0]])
        word = text[slice(*element.word)]
        marked.append((element, written.add_element(word, element)))
        start = element.whole[1]
    written.add(text[start:])
    return SpokenText("".join(written.spoken), tuple(written.kept), tuple(marked))


class _Writer:
    """Writes a spoken text and keeps account of where each character went.

    Where it is `guarded`, double brackets in the text, which would be read as mnemonics, are
    written as single ones.
    """

    def __init__(self, read_digits: bool, *, guarded: bool) -> None:
        self.spoken: list[str] = []
        self.kept: list[int] = []
        self._read_digits = read_digits
        self._guarded = guarded

    def add(self, text: str) -> None:
        """Write a text as it is."""
        after_digit = False
        for character in text:
            digit = character.isdecimal()
            if self._read_digits and digit and after_digit:
                self.spoken.append(" ")
            after_digit = digit
            self.kept.append(len(self.spoken))
            doubled = self._guarded and character == "[" and self.spoken[-1:] == ["["]
            self.spoken.append(" " if doubled else _safe(character))

    def add_element(self, word: str, element: Pronounced) -> Span:
        """Write an element's mnemonics, or its word; return where they stand."""
        whole = element.whole[1] - element.whole[0]
        if element.mnemonics is None:
            count = len(self.kept)
            first = len(self.spoken)
            self.add(word)
            del self.kept[count:]
            after = len(self.spoken)
        else:
            # eSpeak NG sees the brackets only where a word begins.
            self.spoken.extend(" [[")
            first = len(self.spoken)
            self.spoken.extend(element.mnemonics)
            after = len(self.spoken)
            self.spoken.extend("]]")
        self.kept.extend([first] * whole)
        return first, after


def _safe(character: str) -> str:
    if character != "\n" and unicodedata.category(character) in _UNSPEAKABLE:
        return " "
    return character


def pauses_after(text: str) -> bool:
    """Whether a pause follows this text when more text follows: it ends a clause or paragraph."""
    return _PAUSE.search(text) is not None


def split(text: str, limit: int = MAX_CHARACTERS, *, whole: Sequence[Span] = ()) -> Iterator[str]:
    """Cut a text into pieces of at most ``limit`` characters, best after a clause, else a word.

    The pieces joined are the text. No span in ``whole`` is parted unless it is too long itself.
    """
    start = 0
    while len(text) - start > limit:
        half, full = start + limit // 2, start + limit
        clause, word = (
            _last_end(pattern, text, half, full, whole) for pattern in (_AFTER_CLAUSE, _WHITESPACE)
        )
        end = clause or word or full
        if (parted := inside(end, whole)) and parted[0] > start:
            end = parted[0]
        yield text[start:end]
        start = end
    yield text[start:]


def _last_end(
    pattern: re.Pattern[str], text: str, start: int, end: int, whole: Sequence[Span]
) -> int | None:
    ends = [match.end() for match in pattern.finditer(text, start, end)]
    return next((each for each in reversed(ends) if inside(each, whole) is None), None)


def halve(text: str, *, whole: Sequence[Span] = ()) -> tuple[str, str] | None:
    """Cut a text in two near its middle, between words if it has several; None if it has no two.

    No span in ``whole`` is parted: a text that is one has no two.
    """
    if len(text) < 2:
        return None
    middle = len(text) // 2
    cuts = [match.end() for match in _WHITESPACE.finditer(text) if match.end() < len(text)]
    cuts = [cut for cut in cuts if inside(cut, whole) is None] or [middle]
    cut = min(cuts, key=lambda index: abs(index - middle))
    if parted := inside(cut, whole):
        cut = parted[0] or parted[1]
    return (text[:cut], text[cut:]) if cut < len(text) else None
