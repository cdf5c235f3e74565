"""Speaks a text with audio tags: the embedded voices perform none, so a tag is a pause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ...wire.audio_tags import tag_spans
from ..engines.engine import Engine
from ..engines.timed_speech import SAMPLE_RATE, TimedSpeech, silence
from ..engines.voices import Voice
from .slashed_ipa import speak_slashed_ipa

__all__ = ["pause_seconds", "speak_tagged", "tagged_runs"]

# Seconds of silence.
_TAG: Final = 0.2
_PAUSES: Final = {"short": 0.4, "": 0.8, "long": 1.5}


async def speak_tagged(
    engine: Engine, text: str, voice: Voice, **options: Any
) -> list[TimedSpeech]:
    """Speak a text as `Engine.speak` does, in parts: a tag is one, and so is what is between.

    The characters of a tag share the time of its pause.
    """
    runs = list(tagged_runs(text))
    spoken = [
        None if is_tag else await speak_slashed_ipa(engine, run, voice, **options)
        for run, is_tag in runs
    ]
    rate = next((part.sample_rate for part in spoken if part is not None), SAMPLE_RATE)
    parts: list[TimedSpeech] = []
    for (run, _), part in zip(runs, spoken, strict=True):
        # At the rate of what was spoken before, so that the sound goes on without a seam.
        rate = rate if part is None else part.sample_rate
        parts.append(part or silence(run, seconds=pause_seconds(run), sample_rate=rate))
    return parts


def tagged_runs(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text at its tags: yield each part, and whether it is a tag."""
    begin = 0
    for start, end in tag_spans(text):
        if begin < start:
            yield text[begin:start], False
        yield text[start:end], True
        begin = end
    if begin < len(text):
        yield text[begin:], False


def pause_seconds(tag: str) -> float:
    """Return how long a tag is silent: one that asks for a pause, longer than another."""
    words = tag[1:-1].lower().split()
    if "pause" not in words:
        return _TAG
    return next((_PAUSES[word] for word in words if word in _PAUSES), _PAUSES[""])
