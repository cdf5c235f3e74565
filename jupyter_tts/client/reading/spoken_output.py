"""The pieces of a spoken form as they are found, and how what was spoken last ends."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from .sentences import CONTEXT
from .spoken_form import Piece

__all__ = ["SpokenOutput"]

_ENDS: Final = frozenset(".!?…:;,。！？：；、，।؟،؛")
_CLOSING: Final = frozenset({"Pe", "Pf", "Pi", "Zs", "Cc"})
_ALSO_CLOSING: Final = frozenset("\"'")
# Scripts with a full stop and a comma of their own, by the beginning of a character's name.
_STOPS: Final = {"CJK": "。", "HIRAGANA": "。", "KATAKANA": "。", "DEVANAGARI": "।"}
_COMMAS: Final = {"CJK": "，", "HIRAGANA": "、", "KATAKANA": "、", "ARABIC": "،"}


class SpokenOutput:
    """Collects pieces.

    Attributes
    ----------
    tail : str
        The last characters that are spoken.
    in_phrase : bool
        Whether a full stop may follow, so that white space has to wait for a word.
    """

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._space: tuple[str, Sequence[int]] = "", ()
        self.tail = ""
        self.in_phrase = False

    def exact(self, text: str, places: Sequence[int]) -> None:
        """Speak characters as they stand.

        Parameters
        ----------
        text : str
        places : sequence of int
            Where each of them is in the original.
        """
        if self._space[0]:
            text, places = self._space[0] + text, [*self._space[1], *places]
        end = len(text.rstrip(" \t\r")) if self.in_phrase else len(text)
        self._space = text[end:], places[end:]
        self._add_exact(text[:end], places)

    def _add_exact(self, text: str, places: Sequence[int]) -> None:
        start = 0
        for index in range(1, len(text) + 1):
            if index == len(text) or places[index] != places[index - 1] + 1:
                self._add(Piece(text[start:index], places[start], places[index - 1] + 1, True))
                start = index

    def replace(self, text: str, start: int, stop: int) -> None:
        """Speak a text for a part of the original."""
        self._speak_space()
        self._add(Piece(text, start, stop))

    def _speak_space(self) -> None:
        (text, places), self._space = self._space, ("", ())
        self._add_exact(text, places)

    def close(self, place: int) -> None:
        """End a phrase, with a full stop where it has no punctuation at its end."""
        self._space = "", ()
        if not self.is_closed:
            self._add(Piece(self._sign(_STOPS, "."), place, place))

    def pause(self, place: int) -> None:
        """Separate a phrase from the next with a comma, or a space behind punctuation."""
        if self.tail and not self.tail[-1].isspace():
            comma = "" if self.is_closed else self._sign(_COMMAS, ",")
            self.replace(f"{comma} ", place, place)

    def take(self) -> list[Piece]:
        """Return the pieces since the last call."""
        if not self.in_phrase:
            self._speak_space()
        pieces, self._pieces = self._pieces, []
        return pieces

    @property
    def is_closed(self) -> bool:
        """Whether what was spoken last ends with punctuation, or nothing was."""
        for character in reversed(self.tail):
            if character in _ENDS:
                return True
            closing = unicodedata.category(character) in _CLOSING or character in _ALSO_CLOSING
            if not closing:
                return False
        return True

    def _sign(self, signs: dict[str, str], default: str) -> str:
        script = unicodedata.name(self.tail.rstrip()[-1:] or ".", "").split(" ")[0]
        return signs.get(script, default)

    def _add(self, piece: Piece) -> None:
        if piece.text:
            self._pieces.append(piece)
            self.tail = (self.tail + piece.text)[-CONTEXT:]
