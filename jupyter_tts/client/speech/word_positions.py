"""Where in a text the words stand that a server tells of."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, Protocol

from ...wire.alignment import Word, parts_words, split_words

__all__ = ["TextSoFar", "WholeText", "WordPlacer", "WordPositions", "default_gap"]

# Words of the text in which one that a server tells of is looked for.
_LOOKAHEAD: Final = 20

# Characters in which the same is looked for, however it is written: a server may leave out a run
# of emoji, say.
_WINDOW: Final = 500

# SSML, and stage directions such as [laughs]: a server need not tell the times of these.
_TAGS: Final = re.compile(r"<[^<>]*>|\[[^\[\]]*\]")


class TextSoFar(Protocol):
    """A text that may still grow."""

    @property
    def length(self) -> int:
        """How many characters have come."""

    def slice(self, start: int, stop: int) -> str:
        """Return the characters from ``start`` to before ``stop``, as far as they have come."""


class WholeText:
    """A text that is there at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.length = len(text)

    def slice(self, start: int, stop: int) -> str:
        """Return the characters from ``start`` to before ``stop``."""
        return self._text[start:stop]


class WordPositions:
    """How far a text is spoken, by the words that a server tells of, in their order.

    A word may be written differently there: case, quotes, dashes and accents do not count. What
    cannot be spoken (emoji, SSML, stage directions) may be left out.

    Parameters
    ----------
    text : TextSoFar

    Attributes
    ----------
    position : int
        Up to which character the text is spoken.
    """

    def __init__(self, text: TextSoFar) -> None:
        self._text = text
        self._unmatched = 0  # words since the last one that is in the text
        self.position = 0

    def begin(self) -> None:
        """Take note that the next word is the first that another socket speaks."""
        self._unmatched = 0

    def add(self, word: str) -> None:
        """Take note that a word has been spoken whole."""
        self.position, self._unmatched = self._after(word, self.position, self._unmatched)

    def is_next(self, word: str) -> bool:
        """Whether a word, and no part of a longer one, is to be spoken next."""
        token = next((token for token, _ in self._tokens(self.position, len(word))), "")
        return _folded(token) == _folded(word)

    def words_left(self, until: int | None = None) -> int:
        """Return how many words have come (up to a position) that are still to be spoken."""
        return self._count(self.position, until)

    def would_leave_out(self, words: Iterable[Word], until: int | None = None) -> bool:
        """Whether some of the text (up to a position) is left once these words are spoken, too."""
        position, unmatched = self.position, self._unmatched
        for word in words:
            position, unmatched = self._after(word.text, position, unmatched)
        # A word that is written differently ("20", "twenty") stands for one of the text at least.
        return self._count(position, until) > unmatched

    def _after(self, word: str, position: int, unmatched: int) -> tuple[int, int]:
        """Return the position after a word, and how many were not in the text since."""
        end = self._find(word, position, unmatched)
        if end is None:
            return position, unmatched + 1
        return end, 0 if end > position else unmatched  # of "&" alone nothing follows

    def _find(self, word: str, position: int, leap: int) -> int | None:
        """Return where a word ends that is spoken next after a position, None if it is not there.

        ``leap`` words of the text may be left out before it.
        """
        wanted = _skeleton(word)
        if not wanted:
            return position
        for token, end in self._tokens(position, len(word)):
            skeleton = _skeleton(token)
            if skeleton == wanted:
                return end
            leap -= bool(skeleton)
            if leap < 0:
                return None
        return None

    def _tokens(self, position: int, length: int) -> Iterator[tuple[str, int]]:
        """Yield the words of the text after a position, and where they end."""
        text = self._text.slice(position, position + _WINDOW + length)
        for token, end in split_words(_TAGS.sub(lambda tag: " " * len(tag[0]), text)):
            yield token, position + end

    def _count(self, position: int, until: int | None) -> int:
        text = self._text.slice(position, self._text.length if until is None else until)
        return sum(bool(_skeleton(token)) for token, _ in split_words(_TAGS.sub("", text)))


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


def _skeleton(word: str) -> str:
    """Letters and digits of a word, without case and accents."""
    parts = unicodedata.normalize("NFKD", word).casefold()
    return "".join(character for character in parts if character.isalnum())


def _folded(word: str) -> str:
    """A word in one of the ways in which it may be written."""
    return unicodedata.normalize("NFC", word).translate(_WRITTEN)


_WRITTEN: Final = str.maketrans(
    {**dict.fromkeys("‘’‚", "'"), **dict.fromkeys("“”„", '"'), **dict.fromkeys("–—", "-")}
)
