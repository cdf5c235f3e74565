"""How long a socket may be silent before it counts as dead."""

from __future__ import annotations

import asyncio
from typing import cast

from ...wire.errors import StreamStalled
from ...wire.parameters import parameter
from ...wire.request import SpeechRequest
from ..connections.channel import Channel
from .retry import Retry

__all__ = ["Watchdog"]

# Seconds without a message after which a server is taken to pause.
PAUSE = 0.25


class Watchdog:
    """Reads one channel, and watches it for what the server owes.

    Sound is owed for text that the server has no reason to keep waiting for more of: all of it
    once the end of input was sent, or a flush, until something is heard; and before that what
    exceeds the longest entry of the chunk schedule. (The latter only where the server sends the
    times of characters: else nobody knows how much of the text has been spoken.)

    Parameters
    ----------
    channel : Channel
    request : SpeechRequest
    retry : Retry
    """

    def __init__(self, channel: Channel, request: SpeechRequest, retry: Retry) -> None:
        self._channel = channel
        self._retry = retry
        schedule = cast(list[int], request.sent.get("schedule") or parameter("schedule").default)
        self._longest: int = max(schedule)
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._guard: asyncio.Timeout | None = None
        self._pausing = False
        self._holding = False
        self._sent = 0
        self._ended = False
        self._flushed = False  # and nothing has been heard since
        self._timed: int | None = None

    def sent(self, characters: int, *, flush: bool = False) -> None:
        """Take note that text was sent, and whether with a flush."""
        self._sent += characters
        self._flushed = self._flushed or flush
        self._renew()

    def ended(self) -> None:
        """Take note that the end of input was sent."""
        self._ended = True
        self._renew()

    def heard(self, timed: int | None) -> None:
        """Take note that sound or times have come.

        Parameters
        ----------
        timed : int or None
            How many characters the server has sent the times of so far; None if it sends none.
        """
        self._timed = timed
        self._flushed = False
        self._pausing = False
        self._renew()

    async def receive(self, *, holding: bool) -> bytes | None:
        """Return the next frame, or None when the server pauses.

        Parameters
        ----------
        holding : bool
            Whether the caller wants to know of a pause, which is reported once.

        Raises
        ------
        StreamStalled
            If what is owed has not come for too long.
        ChannelClosed
            As the channel does.
        """
        self._holding = holding and not self._pausing
        try:
            async with asyncio.timeout_at(self._alarm()) as self._guard:
                return await self._channel.recv()
        except TimeoutError:
            dead = self._deadline()
            if dead is None or self._loop.time() < dead:
                self._pausing = True
                return None
            raise StreamStalled(
                f"The server has sent nothing for {self._loop.time() - self._since:.1f} seconds, "
                "though it has text to speak.",
                hint="Run the cell again.",
            ) from None
        finally:
            self._guard = None

    def _renew(self) -> None:
        self._since = self._loop.time()
        if self._guard is not None and not self._guard.expired():
            self._guard.reschedule(self._alarm())

    def _alarm(self) -> float | None:
        dead = self._deadline()
        if not self._holding:
            return dead
        pause = self._since + PAUSE
        return pause if dead is None else min(pause, dead)

    def _deadline(self) -> float | None:
        owed = self._sent - (self._timed or 0)
        asked = self._ended or self._flushed
        if not asked and (self._timed is None or owed <= self._longest):
            return None
        most = min(max(owed, 0), self._longest)
        return self._since + self._retry.patience + self._retry.patience_per_character * most
