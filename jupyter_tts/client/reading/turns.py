"""What several speakers say, read turn by turn."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ...wire.request import SpeechRequest
from ..speech.turns import Turn
from .reading import Reading, joined_reading, reading_of

__all__ = ["read_turns_aloud"]


def read_turns_aloud(
    request: SpeechRequest, turns: Sequence[Turn]
) -> tuple[Reading, tuple[Turn, ...]]:
    """Read each turn by itself.

    Returns
    -------
    Reading
        Of all turns, as `joined_text` has them.
    tuple of Turn
        As they are sent, without those of which nothing is spoken.
    """
    readings: list[Reading] = []
    spoken: list[Turn] = []
    start = 0
    for turn in turns:
        reading = reading_of(request)
        reading.feed(turn.text, ended=True)
        readings.append(reading)
        if reading.spoken.strip():
            spoken.append(dataclasses.replace(turn, start=start, text=reading.spoken))
            start += len(reading.spoken) + 1
    return joined_reading(readings), tuple(spoken)
