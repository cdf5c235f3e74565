"""A text as it is shown where its markup would disturb: in subtitles."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator, Sequence

from ...wire.alignment import Word
from ..reading.reading import Reading
from ..reading.spoken_form import Piece, SpokenForm
from .turns import Turn

__all__ = ["ShownText"]


class ShownText:
    """A text without what is not spoken of it.

    What is spoken otherwise than it is written stands as it is written; what is spoken between two
    parts of the text, the full stop behind a heading say, stands as it is spoken.

    Parameters
    ----------
    reading : Reading
        Of the text.

    Attributes
    ----------
    text : str
    """

    def __init__(self, reading: Reading) -> None:
        self._pieces = [*_shown_pieces(reading)]
        self._stops = [piece.stop for piece in self._pieces]  # in the text as it is written
        self._starts: list[int] = []  # in the text as it is shown
        length = 0
        for piece in self._pieces:
            self._starts.append(length)
            length += len(piece.text)
        self.text = "".join(piece.text for piece in self._pieces)

    def words(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """Return words of the text with their spans in this one."""
        return tuple(
            dataclasses.replace(word, span=word.span and self._span(*word.span)) for word in words
        )

    def turns(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """Return turns of the text with their beginnings in this one."""
        return tuple(dataclasses.replace(turn, start=self._place(turn.start)) for turn in turns)

    def _span(self, start: int, stop: int) -> tuple[int, int] | None:
        """Return where a part of the text is shown, with the punctuation that touches it."""
        first, last = self._place(start), self._end(stop)
        if first >= last:
            return None
        while first and _is_punctuation(self.text[first - 1]):
            first -= 1
        while last < len(self.text) and _is_punctuation(self.text[last]):
            last += 1
        return first, last

    def _place(self, position: int) -> int:
        """Return where the first character stands that is shown from a position on."""
        index = bisect.bisect_right(self._stops, position)
        if index == len(self._pieces):
            return len(self.text)
        return self._starts[index] + max(0, position - self._pieces[index].start)

    def _end(self, position: int) -> int:
        """Return where the last character ends that is shown before a position."""
        index = bisect.bisect_left(self._stops, position)
        if index == len(self._pieces):
            return len(self.text)
        return self._starts[index] + max(0, position - self._pieces[index].start)


def _is_punctuation(character: str) -> bool:
    return not (character.isalnum() or character.isspace())


def _shown_pieces(reading: Reading) -> Iterator[Piece]:
    """Yield parts of a text as they are written, and what is spoken between them."""
    original = reading.original
    reached = 0
    for piece in _pieces(reading.forms, 0, len(reading.spoken)):
        if not piece.exact:
            yield dataclasses.replace(piece, start=reached, stop=reached)
            continue
        start = max(piece.start, reached)  # of "3/4" two words may stand for the same part
        if start < piece.stop:
            reached = piece.stop
            yield Piece(original[start:reached], start, reached, exact=True)


def _pieces(forms: Sequence[SpokenForm], start: int, stop: int) -> Iterator[Piece]:
    """Yield what a part of the last form is made of: parts of the text, and what it lacks."""
    if not forms:
        yield Piece("", start, stop, exact=True)
        return
    *before, form = forms
    for piece, begin in form.pieces_in(start, stop):
        first, last = max(start - begin, 0), min(stop - begin, len(piece.text))
        if piece.exact:
            yield from _pieces(before, piece.start + first, piece.start + last)
        elif piece.start < piece.stop:
            yield from _pieces(before, piece.start, piece.stop)
        else:
            yield dataclasses.replace(piece, text=piece.text[first:last])
