"""Character times as sent, and words on the absolute clock made from them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Alignment", "Word", "WordClock", "split_words"]


@dataclass(frozen=True, slots=True)
class Alignment:
    """When each character sounds, as a server message carries it.

    Attributes
    ----------
    characters : tuple of str
        The wire's ``chars``. An item may hold more than one code point.
    starts : tuple of int
        The wire's ``charStartTimesMs``: milliseconds from the start of the message's audio
        (or, without ``sync_alignment``, of the segment it opens).
    durations : tuple of int
        The wire's ``charDurationsMs``. Same length as the others.
    half : str
        The first half of a surrogate pair whose other half begins the next message; else "".

    Notes
    -----
    Source: ElevenLabs WebSocket reference (``alignment``, ``normalizedAlignment``) and the
    types of the ``elevenlabs`` Python SDK 2.78.
    """

    characters: tuple[str, ...]
    starts: tuple[int, ...]
    durations: tuple[int, ...]
    half: str = ""

    def __post_init__(self) -> None:
        if not len(self.characters) == len(self.starts) == len(self.durations):
            raise ValueError("characters, starts and durations must have the same length")

    @property
    def text(self) -> str:
        """The characters as one string."""
        return "".join(self.characters)


@dataclass(frozen=True, slots=True)
class Word:
    """A word and when it sounds.

    Attributes
    ----------
    text : str
        The word with the punctuation that touches it; no white space.
    start, end : float
        Seconds from the start of the stream's audio.
    span : tuple of (int, int), or None
        Where the text, as its user gave it, holds the word: from which character to before which.
        None where the text does not hold the word as the server wrote it. Not compared by ``==``.
    """

    text: str
    start: float
    end: float
    span: tuple[int, int] | None = field(default=None, compare=False)


class WordClock:
    """Join the alignments of a stream into words on one clock.

    A word may be split across messages; it is given out once something after it shows that it
    is whole. Han, kana and Thai characters, written without spaces, are words of their own.

    Servers differ in whether times restart with each message (as documented) or run on; the
    clock takes whichever lies nearer to the audio received so far, decided once per stream.
    """

    def __init__(self) -> None:
        self._letters: list[str] = []  # of the word that is open
        self._start = 0.0
        self._end = 0.0
        self._absolute: bool | None = None
        self._reached = 0.0

    def add(self, alignment: Alignment, received: float) -> tuple[Word, ...]:
        """Take an alignment and return the words that are now whole.

        Parameters
        ----------
        alignment : Alignment
        received : float
            Seconds of audio received in the messages before this one.
        """
        if not alignment.starts:
            return ()
        offset = self._offset(alignment.starts[0] / 1000, received)
        words: list[Word] = []
        for item, start, duration in zip(
            alignment.characters, alignment.starts, alignment.durations, strict=True
        ):
            begin = offset + start / 1000
            length = duration / 1000 / max(1, len(item))
            for number, character in enumerate(item):
                at = begin + number * length
                if (word := self._take(character, at, at + length)) is not None:
                    words.append(word)
            self._reached = begin + duration / 1000
        return tuple(words)

    @property
    def open(self) -> Word | None:
        """The word that may still go on."""
        if not self._letters:
            return None
        if len(self._letters) > 1:  # joined once, however often it is asked for
            self._letters = ["".join(self._letters)]
        return Word(self._letters[0], self._start, self._end)

    def finish(self) -> tuple[Word, ...]:
        """Return the last word, if one is still open; nothing more belongs to it."""
        word = self._close()
        return () if word is None else (word,)

    def _offset(self, first: float, received: float) -> float:
        if self._absolute is None and received > 0:
            # Running on, they follow the audio received and the times before.
            follows = abs(first - self._reached) < abs(received + first - self._reached)
            self._absolute = follows and abs(first - received) < first
        return 0.0 if self._absolute else received

    def _take(self, character: str, start: float, end: float) -> Word | None:
        """Take a character; return the word before it, if it ends that."""
        if character.isspace():
            return self._close()
        word = None
        if self._letters and is_word_boundary(self._letters[-1][-1], character):
            word = self._close()
        if not self._letters:
            self._start = start
            self._end = start
        self._letters.append(character)
        self._end = max(self._end, end)
        return word

    def _close(self) -> Word | None:
        word = self.open
        self._letters = []
        return word


def split_words(text: str) -> Iterator[tuple[str, int]]:
    """Yield the words of a text, divided as a :class:`WordClock` does, and where they end."""
    start: int | None = None
    for at, character in enumerate(text):
        ends = character.isspace() or (
            start is not None and is_word_boundary(text[at - 1], character)
        )
        if start is not None and ends:
            yield text[start:at], at
            start = None
        if start is None and not character.isspace():
            start = at
    if start is not None:
        yield text[start:], len(text)


# Scripts written without spaces: Thai and Lao, kana, Han and its extensions.
_UNSPACED = ((0x0E00, 0x0EFF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF))


def _unspaced(character: str) -> bool:
    point = ord(character)
    if point < _UNSPACED[0][0]:
        return False
    return any(low <= point <= high for low, high in _UNSPACED) or 0x20000 <= point <= 0x3FFFF


def is_word_boundary(before: str, character: str) -> bool:
    """Whether a word ends between two characters, neither of them white space."""
    if not (_unspaced(character) or _unspaced(before)):
        return False
    category = unicodedata.category(character)
    if category.startswith("M") or category in ("Pe", "Pf", "Po", "Lm"):
        return False  # marks and closing punctuation belong to what they follow
    # An opening bracket or quote belongs to what follows it.
    return unicodedata.category(before) not in ("Ps", "Pi")
