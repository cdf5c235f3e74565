"""Where the audio tags of a text are that a server performs: nothing in them is a word."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from ...wire.alignment import Word
from ...wire.audio_tags import LONGEST_TAG, tag_spans
from .text_matching import TextSoFar

__all__ = ["AudioTags"]

_REACH = LONGEST_TAG + 2


class AudioTags:
    """The tags of a text, as far as it has come.

    Parameters
    ----------
    text : TextSoFar
    """

    def __init__(self, text: TextSoFar) -> None:
        self._text = text

    def cover(self, place: int) -> bool:
        """Whether a place is inside a tag."""
        return any(first < place < stop for first, stop in self._near(place, place))

    def without(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """Return the words outside tags; of one that touches a tag, what is outside."""
        return tuple(kept for word in words if (kept := self._outside(word)) is not None)

    def _outside(self, word: Word) -> Word | None:
        if word.span is None:
            return word
        start, stop = word.span
        for first, last in self._near(start, stop):
            if first <= start < last:
                start = last
            if start < first < stop <= last:
                stop = first
        if (start, stop) == word.span:
            return word
        text = self._text.slice(start, stop)
        if not any(map(str.isalnum, text)):
            return None
        return dataclasses.replace(word, text=text, span=(start, stop))

    def _near(self, start: int, stop: int) -> list[tuple[int, int]]:
        begin = max(0, start - _REACH)
        text = self._text.slice(begin, stop + _REACH)
        if "[" not in text:
            return []
        return [(first + begin, last + begin) for first, last in tag_spans(text)]
