"""The spoken form of a text: what is sent in its place, and the way back to the text."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Piece", "SpokenForm"]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is spoken for a part of a text.

    Attributes
    ----------
    text : str
        What is spoken.
    start, stop : int
        From which character of the text to before which it stands for; the same twice for what
        the text does not have, such as the full stop behind a heading.
    exact : bool
        Whether it is that part as it stands, so that each of its characters stands for one.
    """

    text: str
    start: int
    stop: int
    exact: bool = False


class SpokenForm:
    """The spoken form of a text, which grows with it.

    Pieces come in the order of the text. What lies between two of them is not spoken.

    Attributes
    ----------
    is_verbatim : bool
        Whether it is the text as it stands, as far as it has come.
    """

    def __init__(self) -> None:
        self.is_verbatim = True
        self._pieces: list[Piece] = []
        self._starts: list[int] = []  # of the pieces, in the spoken form
        self._length = 0

    def add(self, piece: Piece) -> None:
        """Add a piece behind the others."""
        if not piece.text:
            return
        self.is_verbatim = self.is_verbatim and piece.exact and piece.start == self._length
        self._starts.append(self._length)
        self._pieces.append(piece)
        self._length += len(piece.text)

    @property
    def text(self) -> str:
        """The spoken form so far."""
        return "".join(piece.text for piece in self._pieces)

    @property
    def pieces(self) -> Sequence[Piece]:
        """The pieces so far."""
        return self._pieces

    @property
    def length(self) -> int:
        """Characters of the spoken form so far."""
        return self._length

    def original_span(self, start: int, stop: int) -> tuple[int, int] | None:
        """Return the part of the text that a part of the spoken form stands for.

        Parameters
        ----------
        start, stop : int
            From which character of the spoken form to before which.

        Returns
        -------
        tuple of int and int, or None
            None where the text has nothing of it. Of a word whose punctuation stands elsewhere,
            as that behind a link does, the word alone.
        """
        runs: list[tuple[int, int, bool]] = []  # parts of the text, and whether they have letters
        for piece, at in self.pieces_in(start, stop):
            text, begin, end = _part(piece, start - at, stop - at)
            if begin == end:
                continue
            has_letters = any(map(str.isalnum, text))
            if runs and runs[-1][1] == begin:
                begin, _, had_letters = runs.pop()
                has_letters = has_letters or had_letters
            runs.append((begin, end, has_letters))
        runs = [run for run in runs if run[2]] or runs
        return (runs[0][0], runs[-1][1]) if runs else None

    def original_position(self, position: int) -> int:
        """Return up to which character the text is spoken when its spoken form is up to here."""
        index = bisect.bisect_left(self._starts, position) - 1
        if index < 0:
            return 0
        piece = self._pieces[index]
        done = position - self._starts[index]
        if done >= len(piece.text):
            return piece.stop
        return piece.start + done if piece.exact else piece.start

    def spoken_position(self, position: int) -> int:
        """Return up to which character its spoken form is spoken when the text is up to here."""
        index = bisect.bisect_right(self._pieces, position, key=lambda piece: piece.stop)
        if index == len(self._pieces):
            return self._length
        piece, begin = self._pieces[index], self._starts[index]
        return begin + max(0, position - piece.start) * piece.exact

    def pieces_in(self, start: int, stop: int) -> Iterator[tuple[Piece, int]]:
        """Yield the pieces of a part of the spoken form, and where in it each begins."""
        index = max(0, bisect.bisect_right(self._starts, start) - 1)
        while index < len(self._pieces) and self._starts[index] < stop:
            piece, begin = self._pieces[index], self._starts[index]
            if start < begin + len(piece.text):
                yield piece, begin
            index += 1


def _part(piece: Piece, start: int, stop: int) -> tuple[str, int, int]:
    """Return a part of a piece, and which part of the text it stands for."""
    if not piece.exact:
        return piece.text, piece.start, piece.stop
    start, stop = max(start, 0), min(stop, len(piece.text))
    return piece.text[start:stop], piece.start + start, piece.start + stop
