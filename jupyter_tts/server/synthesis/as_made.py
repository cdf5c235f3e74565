"""Speaks a text whose beginning is heard while the rest is being made."""

from __future__ import annotations

import asyncio
import bisect
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import replace
from typing import Protocol

from ...wire.errors import SoundTooLong
from ..engines.engine import Begun
from ..engines.timed_speech import SAMPLE_BYTES, TimedSpeech
from .spoken_parts import in_two

__all__ = ["spoken_as_made"]


class _Speak(Protocol):
    def __call__(self, text: str, /, *, begun: Begun) -> Awaitable[TimedSpeech]: ...


async def spoken_as_made(
    text: str, speak: _Speak
) -> AsyncGenerator[tuple[TimedSpeech, bool], None]:
    """Yield what is spoken, part by part, and whether it is the last.

    Parameters
    ----------
    text
    speak
        Speaks a part, and tells of its beginnings (see `Engine.speak`); raises SoundTooLong where
        it must be cut.

    Raises
    ------
    SoundTooLong
        If a single character is too long.
    """
    waiting = [text]
    while waiting:
        part = waiting.pop()
        cut = _Cut()
        latest = _Latest()
        speaking = asyncio.ensure_future(speak(part, begun=latest.put))
        speaking.add_done_callback(latest.end)
        try:
            while (beginning := await latest.take()) is not None:
                if (heard := cut.beginning(beginning)) is not None:
                    yield heard, False
            whole = speaking.result()
        except SoundTooLong:
            # What is left behind a beginning may be short enough.
            waiting += [part[cut.characters :]] if cut.characters else reversed(in_two(part))
        else:
            yield cut.rest(whole), not waiting
        finally:
            speaking.cancel()
            await asyncio.wait({speaking})


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
