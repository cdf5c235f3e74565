"""Where in a text the words stand that a server tells of."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Final

from ...wire.alignment import parts_words, split_words

__all__ = ["WordPlacer", "default_gap"]

# Words of the text in which one that a server tells of is looked for.
_LOOKAHEAD: Final = 20


class WordPlacer:
    """Finds words in a text, one after the other.

    Parameters
    ----------
    text : str
        What is spoken.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = split_words(text)
        self._ahead: deque[tuple[str, int]] = deque()
        self._ended = 0

    @property
    def rest(self) -> str:
        """The text after the word that was placed last."""
        return self._text[self._ended :]

    def place(self, word: str) -> str | None:
        """Return the text between a word and the one placed before it.

        None if it is not among the next words: a server may tell of a word that it has written
        otherwise.
        """
        self._ahead.extend(islice(self._tokens, _LOOKAHEAD - len(self._ahead)))
        for number, (token, end) in enumerate(self._ahead):
            if token == word:
                gap = self._text[self._ended : end - len(word)]
                self._ended = end
                for _ in range(number + 1):
                    self._ahead.popleft()
                return gap
        return None


def default_gap(before: str, word: str) -> str:
    """Return what stands between two words where the text does not say: a space, or nothing."""
    return "" if before and word and parts_words(before[-1], word[0]) else " "
