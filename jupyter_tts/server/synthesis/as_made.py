"""Speaks a text whose beginning is heard while the rest is being made."""

from __future__ import annotations

import asyncio
import bisect
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import replace
from typing import Protocol

from ..engines.engine import Begun
from ..engines.timed_speech import SAMPLE_BYTES, TimedSpeech
from .spoken_parts import InParts

__all__ = ["as_made"]


class _Speak(Protocol):
    def __call__(self, text: str, /, *, begun: Begun) -> Awaitable[TimedSpeech]: ...


def as_made(speak: _Speak) -> InParts[TimedSpeech]:
    """Return what speaks a text, and yields each beginning without the one before, and the rest.

    Parameters
    ----------
    speak
        Speaks a text, and tells of its beginnings (see `Engine.speak`).
    """

    async def in_parts(text: str) -> AsyncGenerator[tuple[TimedSpeech, int | None], None]:
        cut = _Cut()
        latest = _Latest()
        speaking = asyncio.ensure_future(speak(text, begun=latest.put))
        speaking.add_done_callback(latest.end)
        try:
            while (beginning := await latest.take()) is not None:
                if (heard := cut.beginning(beginning)) is not None:
                    yield heard, cut.characters
            yield cut.rest(speaking.result()), None
        finally:
            speaking.cancel()
            await asyncio.wait({speaking})

    return in_parts


class _Latest:
    """The latest beginning that has not been taken: it has all those before it."""

    def __init__(self) -> None:
        self._beginning: TimedSpeech | None = None
        self._ended = False
        self._changed = asyncio.Event()

    def put(self, beginning: TimedSpeech) -> None:
        self._beginning = beginning
        self._changed.set()

    def end(self, _: object) -> None:
        self._ended = True
        self._changed.set()

    async def take(self) -> TimedSpeech | None:
        """Wait for a beginning; None once the text has been spoken."""
        await self._changed.wait()
        self._changed.clear()
        beginning, self._beginning = self._beginning, None
        return None if self._ended else beginning


class _Cut:
    """Cuts off what has been yielded of a text.

    Attributes
    ----------
    characters
        How many have been.
    """

    def __init__(self) -> None:
        self.characters = 0
        self._pcm = b""

    def beginning(self, spoken: TimedSpeech) -> TimedSpeech | None:
        """Return what is new in a beginning, None if that is no character."""
        end = len(spoken.pcm) // SAMPLE_BYTES
        after = bisect.bisect_left(spoken.starts, end)
        while after < len(spoken.characters) and spoken.characters[after].isspace():
            after += 1  # by it a client knows that the word has ended
        if after <= self.characters:
            return None
        new = self._part(spoken, after)
        self.characters, self._pcm = after, spoken.pcm
        return new

    def rest(self, spoken: TimedSpeech) -> TimedSpeech:
        """Return what is left of the whole."""
        return self._part(spoken, len(spoken.characters)) if self.characters else spoken

    def _part(self, spoken: TimedSpeech, after: int) -> TimedSpeech:
        end = len(spoken.pcm) // SAMPLE_BYTES
        first = self.characters
        if spoken.pcm.startswith(self._pcm):
            begin = len(self._pcm) // SAMPLE_BYTES
        else:  # spoken again, by another worker or voice
            begin = spoken.starts[first] if first < len(spoken.starts) else end

        def moved(samples: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(max(0, sample - begin) for sample in samples[first:after])

        return replace(
            spoken,
            pcm=spoken.pcm[begin * SAMPLE_BYTES :],
            characters=spoken.characters[first:after],
            starts=moved(spoken.starts),
            ends=moved(spoken.ends),
        )
