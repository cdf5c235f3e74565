"""A receiver of a text that has come whole, and what servers send it."""

from __future__ import annotations

import numpy as np

from jupyter_tts.audio.formats import parse_format
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.receiver import Receiver
from jupyter_tts.client.streaming.source_text import SourceText
from jupyter_tts.wire.alignment import Alignment

__all__ = ["RATE", "TEXT", "receiving", "sound", "times"]

RATE = 8000
TEXT = "one two three"


async def receiving(text: str = TEXT, audio_format: str = f"pcm_{RATE}") -> Receiver:
    source_text = SourceText(text)
    async with source_text.reading():
        while not source_text.ended:
            await source_text.changed(source_text.length)
    return Receiver(parse_format(audio_format), source_text, Timeline())


def sound(seconds: float, value: int = 1000) -> bytes:
    return np.full(round(seconds * RATE), value, "<i2").tobytes()


def times(text: str, start: float = 0.0, duration: float = 0.1) -> Alignment:
    """Every character takes ``duration`` seconds."""
    starts = tuple(round(1000 * (start + number * duration)) for number in range(len(text)))
    return Alignment(tuple(text), starts, (round(1000 * duration),) * len(text))
