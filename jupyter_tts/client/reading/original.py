"""Where the words of a spoken form stand in the text."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from ...wire.alignment import Word
from ..speech.events import Audio
from .reading import Reading

__all__ = ["in_original", "words_in_original"]


def in_original(audio: Audio, reading: Reading) -> Audio:
    """Return a sound whose words and place are those of the text, not of its spoken form."""
    if not reading.forms:
        return audio
    return dataclasses.replace(
        audio,
        words=words_in_original(audio.words, reading),
        spoken=reading.original_position(audio.spoken),
    )


def words_in_original(words: Iterable[Word], reading: Reading) -> tuple[Word, ...]:
    """Return words whose spans are those of the text, not of its spoken form."""
    return tuple(
        dataclasses.replace(word, span=word.span and reading.original_span(*word.span))
        for word in words
    )
