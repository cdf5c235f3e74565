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
    """

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._starts: list[int] = []  # of the pieces, in the spoken form
        self._length = 0

    def add(self, piece: Piece) -> None:
        """Add a piece behind the others."""
        if not piece.text:
            return
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
            None where the text has nothing of it.
        """
        first: int | None = None
        last = 0
        for piece, at in self.pieces_in(start, stop):
            begin, end = _covered(piece, start - at, stop - at)
            if begin < end:
                first = begin if first is None else first
                last = end
        return None if first is None else (first, last)

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


def _covered(piece: Piece, start: int, stop: int) -> tuple[int, int]:
    """Return which part of the text a part of a piece stands for."""
    if not piece.exact:
        return piece.start, piece.stop
    return piece.start + max(start, 0), piece.start + min(stop, len(piece.text))
