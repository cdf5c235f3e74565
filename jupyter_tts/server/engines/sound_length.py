"""How long the sound of one text may be, for engines that have a bound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ...wire.errors import SoundTooLong
from .timed_speech import TimedSpeech

__all__ = ["MOST_SECONDS", "check_length", "too_long"]

MOST_SECONDS: Final = 120.0
"""The server's bound, 5 MB. A thousand letters that a voice can read take less; each that it only
names ("Chinese letter") takes up to two seconds."""


def check_length(spoken: Iterable[TimedSpeech], most_seconds: float | None) -> None:
    """Raise SoundTooLong if what has been spoken of a text is longer than a bound."""
    if most_seconds is not None and sum(part.seconds for part in spoken) > most_seconds:
        raise too_long()


def too_long() -> SoundTooLong:
    """Return the error."""
    return SoundTooLong("The sound of this text is too long to be made at once.")
