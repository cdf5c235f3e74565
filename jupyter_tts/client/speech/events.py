"""What a stream yields: sound with its words as it arrives, and the end."""

from __future__ import annotations

from dataclasses import dataclass

from ...wire.alignment import Word
from ...wire.protocol import Final

__all__ = ["Audio", "Event", "Final"]


@dataclass(frozen=True, slots=True)
class Audio:
    """Sound that has arrived, with the words that it makes whole.

    Attributes
    ----------
    pcm : bytes
        s16le mono; empty when a message brought only times.
    sample_rate : int
        Hz.
    words : tuple of Word
        Times in seconds from the start of the stream.
    spoken : int
        How many characters of the text are spoken whole so far, as the words' times tell.
    note : str
        What a user should know of the speech: that another voice speaks, or tags are left out.
    """

    pcm: bytes
    sample_rate: int
    words: tuple[Word, ...] = ()
    spoken: int = 0
    note: str = ""


Event = Audio | Final
