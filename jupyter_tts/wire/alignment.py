"""Character times as sent, words and their times, and where a word ends."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Alignment", "Word", "is_word_boundary", "split_words"]


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
        Which part of the text, as its user gave it, the word stands for: from which character to
        before which. Of a word that the server writes differently it is what the text has instead:
        "20" for "twenty"; several such words may share it. None for a word that the text does not
        have. Not compared by ``==``.
    """

    text: str
    start: float
    end: float
    span: tuple[int, int] | None = field(default=None, compare=False)


def split_words(text: str) -> Iterator[tuple[str, int]]:
    """Yield the words of a text, divided as those of a speech are, and where they end."""
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


_FIRST_UNSPACED = chr(_UNSPACED[0][0])


def _unspaced(character: str) -> bool:
    point = ord(character)
    return any(low <= point <= high for low, high in _UNSPACED) or 0x20000 <= point <= 0x3FFFF


def is_word_boundary(before: str, character: str) -> bool:
    """Whether a word ends between two characters, neither of them white space."""
    if before < _FIRST_UNSPACED > character:
        return False
    if not (_unspaced(character) or _unspaced(before)):
        return False
    category = unicodedata.category(character)
    if category.startswith("M") or category in ("Pe", "Pf", "Po", "Lm"):
        return False  # marks and closing punctuation belong to what they follow
    # An opening bracket or quote belongs to what follows it.
    return unicodedata.category(before) not in ("Ps", "Pi")
