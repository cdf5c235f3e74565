"""How long a socket may be silent before it counts as dead."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import cast

from ...wire.errors import StreamStalled
from ...wire.parameters import parameter
from ...wire.request import SpeechRequest
from ..connections.channel import Channel
from .alarm import Alarm
from .retry import Retry

__all__ = ["SilenceBudget", "Watchdog"]

# Seconds without a message after which a server is taken to pause.
PAUSE = 0.25
# Seconds of sound that count as an answer to what is owed: a server must not hold a stream open
# with a sample now and then.
LEAST = 0.05


class SilenceBudget:
    """For how long a stream may wait for sound that is owed, over all its sockets.

    Every second of sound that comes adds to it: a server that is slow, but speaks, goes on.

    Parameters
    ----------
    retry : Retry
    """

    def __init__(self, retry: Retry) -> None:
        self._per_second = retry.silence_per_second
        self.left = retry.silence

    def wait(self, seconds: float) -> None:
        """Take note of a wait."""
        self.left -= seconds

    def earn(self, seconds: float) -> None:
        """Take note of sound that has come."""
        self.left += self._per_second * seconds


class Watchdog:
    """Reads one channel, and watches it for what the server owes.

    Sound is owed for text that the server has no reason to keep waiting for more of: all of it
    once the end of input was sent, or a flush, until something is heard; and before that what
    exceeds the longest entry of the chunk schedule. (The latter only where there is one, and the
    server sends the times of characters: else nobody knows how much of the text has been spoken.)

    Parameters
    ----------
    channel : Channel
    request : SpeechRequest
    retry : Retry
    budget : SilenceBudget, optional
        Of the stream.
    """

    def __init__(
        self,
        channel: Channel,
        request: SpeechRequest,
        retry: Retry,
        budget: SilenceBudget | None = None,
    ) -> None:
        self._channel = channel
        self._retry = retry
        self._budget = budget or SilenceBudget(retry)
        schedule = cast(list[int], request.sent.get("schedule") or parameter("schedule").default)
        self._longest: int = max(schedule)
        # Text-to-dialogue counts words, too, which some scripts do not have: no length tells.
        self._speaks_unasked = not request.endpoint.is_dialogue
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._owed_from: float | None = None  # since when this wait is for what is owed
        self._alarm = Alarm()
        self._pause: float | None = None  # when a listener has nothing else left to hear
        self._sound = 0.0  # seconds that have come since the last that counted
        self._blocked: float | None = None  # since when a message has been waiting to be read
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

    @contextlib.contextmanager
    def sending(self) -> Iterator[None]:
        """While the block runs, a message waits until the server reads: it owes that."""
        self._blocked = self._loop.time()
        self._reschedule()
        try:
            yield
        finally:
            self._blocked = None
            self._reschedule()

    def heard(self, timed: int | None, seconds: float) -> None:
        """Take note that sound or times have come.

        Parameters
        ----------
        timed : int or None
            How many characters the server has sent the times of so far; None if it sends none.
        seconds : float
            Of sound.
        """
        self._timed = timed
        self._sound += seconds
        self._budget.earn(seconds)
        if self._sound >= LEAST:  # between two waits, so there is nothing to reschedule
            self._sound = 0.0
            self._flushed = False
            self._since = self._loop.time()

    async def receive(self, *, pause: float | None = None) -> bytes | None:
        """Return the next frame, or None when the server pauses.

        Parameters
        ----------
        pause : float, optional
            Seconds after which the caller wants to know of a pause.

        Raises
        ------
        StreamStalled
            If what is owed has not come for too long.
        ChannelClosed
            As the channel does.
        """
        now = self._loop.time()
        self._pause = None if pause is None else now + max(PAUSE, pause)
        is_owed = self._is_owed
        self._owed_from = now if is_owed else None
        try:
            self._alarm.set(self._next(is_owed))
            with self._alarm:
                return await self._channel.recv()
        except TimeoutError:
            if not self._is_owed or self._loop.time() < self._dead():
                return None
            raise self._stalled() from None
        finally:
            if self._owed_from is not None:
                self._budget.wait(self._loop.time() - self._owed_from)

    def close(self) -> None:
        """End its timer."""
        self._alarm.close()

    def _stalled(self) -> StreamStalled:
        since = self._since if self._blocked is None else max(self._since, self._blocked)
        seconds = self._loop.time() - since
        reads = self._blocked is None
        if self._loop.time() < since + self._patience:  # all the silence of the stream is used up
            slow = StreamStalled(
                "The server speaks too slowly: most of the time it has sent nothing."
                if reads
                else "The server reads too slowly: most of the time it has read nothing.",
                hint="Run the cell again.",
            )
            slow.retryable = False
            return slow
        if not reads:
            return StreamStalled(
                f"The server has read nothing for {seconds:.1f} seconds.",
                hint="Run the cell again.",
            )
        return StreamStalled(
            f"The server has sent nothing for {seconds:.1f} seconds, though it has text to speak.",
            hint="Run the cell again.",
        )

    def _renew(self) -> None:
        self._since = self._loop.time()
        self._reschedule()

    def _reschedule(self) -> None:
        is_owed = self._is_owed
        if self._owed_from is None and is_owed:
            self._owed_from = self._loop.time()
        if self._alarm.waiting:
            self._alarm.set(self._next(is_owed))

    def _next(self, is_owed: bool) -> float | None:
        """Return when the wait ends at the latest, None for never."""
        pause = self._pause
        if not is_owed:
            return pause
        dead = self._dead()
        return pause if pause is not None and pause < dead else dead

    @property
    def _owed(self) -> int:
        """Characters whose sound has not come."""
        return max(0, self._sent - (self._timed or 0))

    @property
    def _is_owed(self) -> bool:
        """Whether the server has no reason to be silent."""
        asked = self._ended or self._flushed or self._blocked is not None
        if asked or self._timed is None:
            return asked
        return self._speaks_unasked and self._owed > self._longest

    @property
    def _patience(self) -> float:
        most = min(self._owed, self._longest)
        return self._retry.patience + self._retry.patience_per_character * most

    def _dead(self) -> float:
        """Return when the socket counts as dead, since it owes something."""
        since = self._since if self._blocked is None else max(self._since, self._blocked)
        begun = self._loop.time() if self._owed_from is None else self._owed_from
        return min(since + self._patience, begun + max(0.0, self._budget.left))
