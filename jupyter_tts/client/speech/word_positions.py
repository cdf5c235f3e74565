"""Where in a text the words stand for which a server sends times."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from ...wire.alignment import Word, is_word_boundary, split_words

__all__ = ["TextSoFar", "WholeText", "WordPositions", "default_gap", "gaps", "place_words"]

# Words of the text among which the server's next one is looked for.
_LOOKAHEAD: Final = 20
_BLOCK: Final = 64  # characters that are read at once

# Characters in which the same is looked for, however it is written: a server may leave out a run
# of emoji, say.
_WINDOW: Final = 500

# SSML, and stage directions such as [laughs]: a server need not send the times of these.
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
    """Where in a text the words of a stream stand, placed in the order in which they are spoken.

    Each word answers two questions. Its *span* is where the text holds it exactly as the server
    wrote it. The *position* is how far the text is spoken with it, and there it may be written
    differently: case, quotes, dashes and accents do not count, and what cannot be spoken (emoji,
    SSML, stage directions) may be left out.

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
        self._words_ahead = _WordsAhead(text)
        self._unmatched = 0  # words since the last one that moved the position
        self.position = 0

    def begin(self) -> None:
        """Take note that the next word is the first that another socket speaks."""
        self._unmatched = 0

    def place(self, word: Word) -> Word:
        """Take a word that has been spoken whole, and return it with its span."""
        self.position, self._unmatched = self._after(word.text, self.position, self._unmatched)
        return dataclasses.replace(word, span=self._words_ahead.take(word.text))

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


class _WordsAhead:
    """The next words of a text, which is read only once, and as it comes."""

    def __init__(self, text: TextSoFar) -> None:
        self._text = text
        self._spans: deque[tuple[int, int]] = deque()  # of the words that have been read whole
        self._start: int | None = None  # where the word begins at which reading has stopped
        self._read = 0
        self._last = ""  # character that was read

    def take(self, word: str) -> tuple[int, int] | None:
        """Return where a word stands among the next ones, which are then left behind with it."""
        self._read_on()
        for start, end in self._candidates():
            if end - start == len(word) and self._text.slice(start, end) == word:
                while self._spans and self._spans[0][1] <= end:
                    self._spans.popleft()
                if end == self._read:
                    self._start = None
                return start, end
        return None

    def _candidates(self) -> list[tuple[int, int]]:
        spans = list(self._spans)
        if self._start is not None and len(spans) < _LOOKAHEAD:
            spans.append((self._start, self._read))  # more of this word may be to come
        return spans

    def _read_on(self) -> None:
        while len(self._spans) < _LOOKAHEAD and self._read < self._text.length:
            for character in self._text.slice(self._read, self._read + _BLOCK):
                self._read_character(character)
                if len(self._spans) == _LOOKAHEAD:
                    break

    def _read_character(self, character: str) -> None:
        space = character.isspace()
        if self._start is not None and (space or is_word_boundary(self._last, character)):
            self._spans.append((self._start, self._read))
            self._start = None
        if self._start is None and not space:
            self._start = self._read
        self._last = character
        self._read += 1


def place_words(text: str, words: Iterable[Word]) -> tuple[Word, ...]:
    """Return the words of a whole speech with their spans in its text."""
    positions = WordPositions(WholeText(text))
    return tuple(map(positions.place, words))


def gaps(text: str, words: Iterable[Word]) -> Iterator[str | None]:
    """Yield the text between each word and the one before it; None for a word without a span."""
    end = 0
    for word in words:
        if word.span is None:
            yield None
        else:
            yield text[end : word.span[0]]
            end = word.span[1]


def default_gap(before: str, word: str) -> str:
    """Return what stands between two words where the text does not say: a space, or nothing."""
    return "" if before and word and is_word_boundary(before[-1], word[0]) else " "


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
