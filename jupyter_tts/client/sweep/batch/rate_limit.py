"""A server that asks to be left alone: all rows of a batch wait together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from ....wire.errors import HandshakeRefused, ServerError, TTSError
from ....wire.protocol import StreamProtocol
from ....wire.request import SpeechRequest
from ...connections.channel import Channel, ColdConnections, ConnectionSource
from ...keys import Key
from ...streaming.retry import Recovery, Retry

__all__ = ["PATIENT", "RateLimit", "is_rate_limit"]

PATIENT: Final = Retry(attempts=60, base=1.0, cap=30.0, budget=900.0)
"""How long a batch puts up with refusals while no row is done: a quarter of an hour."""

_STATUSES: Final = frozenset({429, 503})
_ERRORS: Final = frozenset(
    {
        "concurrent_limit_exceeded",
        "rate_limit_exceeded",
        "system_busy",
        "too_many_concurrent_requests",
    }
)


def is_rate_limit(error: TTSError) -> bool:
    """Whether a server refuses a text for now, since it has too much to do."""
    if not error.retryable:
        return False
    if isinstance(error, HandshakeRefused) and error.status in _STATUSES:
        return True
    return isinstance(error, HandshakeRefused | ServerError) and error.error in _ERRORS


class RateLimit:
    """When the next row may be sent.

    Parameters
    ----------
    retry : Retry, optional
    clock : callable, optional
        Seconds.
    sleep : callable, optional
    paused : callable, optional
        Called with the seconds of each pause.

    Attributes
    ----------
    is_spent : bool
        Whether the server has refused for so long that nothing is asked again.
    """

    def __init__(
        self,
        retry: Retry = PATIENT,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        paused: Callable[[float], object] = lambda seconds: None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._paused = paused
        self._recovery = Recovery(retry, clock)
        self._until = clock()
        self.is_spent = False

    async def passed(self) -> None:
        """Wait until rows may be sent."""
        while (wait := self._until - self._clock()) > 0:
            await self._sleep(wait)

    def progress(self) -> None:
        """Take note that a row is done."""
        self._recovery.progress()

    def pause(self, refusal: TTSError) -> bool:
        """Have all rows wait as long as a refusal asks for.

        Returns
        -------
        bool
            False if the server has refused for too long.
        """
        now = self._clock()
        if now < self._until:  # several rows were refused at once
            asked = getattr(refusal, "retry_after", None) or 0.0
            self._until = max(self._until, now + asked)
            return True
        wait = self._recovery.delay(refusal)
        if wait is None:
            self.is_spent = True
            refusal.retryable = False  # the stream shall not ask again either
            return False
        self._until = now + wait
        self._paused(wait)
        return True

    def source(self, sockets: ConnectionSource | None = None) -> ConnectionSource:
        """Return a source of channels, which gives none while rows have to wait."""
        return _Patient(sockets or ColdConnections(), self)


class _Patient:
    """Channels that are asked for again, together with all others, where a server refuses them."""

    def __init__(self, sockets: ConnectionSource, limit: RateLimit) -> None:
        self._sockets = sockets
        self._limit = limit

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Channel:
        while True:
            await self._limit.passed()
            try:
                channel = await self._sockets.take(request, key, fresh=fresh)
            except TTSError as refusal:
                if not is_rate_limit(refusal) or not self._limit.pause(refusal):
                    raise
            else:
                return _Watched(channel, self._limit)


class _Watched:
    """A channel on which a refusal may come as an answer, as it does over HTTP."""

    def __init__(self, channel: Channel, limit: RateLimit) -> None:
        self._channel = channel
        self._limit = limit

    @property
    def warm(self) -> bool:
        return self._channel.warm

    def begin(self, request: SpeechRequest) -> StreamProtocol:
        return self._channel.begin(request)

    async def send(self, frame: str) -> None:
        await self._channel.send(frame)

    async def recv(self) -> bytes:
        try:
            return await self._channel.recv()
        except TTSError as refusal:
            if is_rate_limit(refusal):
                self._limit.pause(refusal)  # the stream asks again, and waits there
            raise

    async def close(self) -> None:
        await self._channel.close()

    def abort(self) -> None:
        self._channel.abort()
