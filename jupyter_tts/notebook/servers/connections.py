"""The event loop's pool of sockets, and how other event loops speak through it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from ...client.connections.channel import Channel, ConnectionSource
from ...client.connections.shared_pool import SharedConnectionPool
from ...client.keys import Key
from ...wire.conditions import Conditions
from ...wire.errors import ChannelClosed, TTSError
from ...wire.protocol import StreamProtocol
from ...wire.request import SpeechRequest
from ..runtime.event_loop import EventLoopThread, unloaded
from ..runtime.session import Session
from .embedded import embedded_server

__all__ = ["Connections", "connections"]

T = TypeVar("T")


class Connections:
    """The pool of a session's event loop, and how other event loops speak through it.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    pool : SharedConnectionPool
        To be used on the event-loop thread only.
    """

    def __init__(self, session: Session) -> None:
        self._event_loop = session.event_loop
        self._limits = session.settings.connections
        self.forget()

    def forget(self) -> None:
        """Start with an empty pool; a forked process leaves the sockets to its parent."""
        self.pool = SharedConnectionPool(self._limits)
        self._simulated = Conditions()

    async def close(self) -> None:
        """Close every waiting socket, and open no more; on the event loop."""
        await self.pool.close()

    def follow_simulation(self, key: Key, simulated: Conditions) -> None:
        """Close the embedded voice's waiting sockets if the conditions changed; on the event loop.

        A connection keeps the conditions that it was opened under.
        """
        if self._simulated != simulated:
            self._simulated = simulated
            self.pool.drop(key)

    def source(self, request: SpeechRequest) -> ConnectionSource | None:
        """Return where a request's sockets come from, for a stream on the loop that runs here.

        None for a request that wants no warm socket, and leaves none behind.
        """
        if not request.warm:
            return None
        here = asyncio.get_running_loop() is self._event_loop.loop
        return self.pool if here else _LoopConnections(self._event_loop, self.pool)


def connections(session: Session) -> Connections:
    """Return a session's connections; those that wait are closed with it."""
    return session.part(_open_connections)


def _open_connections(session: Session) -> Connections:
    embedded_server(session)  # made first, so it is closed after the sockets
    opened = Connections(session)
    session.on_close(opened.close)
    session.on_fork(opened.forget)
    return opened


class _LoopConnections:
    """The event loop's sockets, for a stream on another loop."""

    def __init__(self, event_loop: EventLoopThread, pool: SharedConnectionPool) -> None:
        self._event_loop = event_loop
        self._pool = pool

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> _LoopChannel:
        taking = self._event_loop.submit(self._pool.take(request, key, fresh=fresh))
        try:
            channel = await _outcome(asyncio.wrap_future(taking))
        except ChannelClosed:
            raise unloaded() from None
        except asyncio.CancelledError:
            taking.add_done_callback(self._give_back)
            raise
        return _LoopChannel(channel, self._event_loop)

    def _give_back(self, taking: Future[Channel]) -> None:
        """Close a channel that nobody waits for any more."""
        if not taking.cancelled() and taking.exception() is None:
            channel = taking.result()
            channel.abort()
            with contextlib.suppress(TTSError):  # unloading the extension closes the socket
                self._event_loop.submit(channel.close())


class _LoopChannel:
    """A channel of the event loop's, for a stream on another loop."""

    def __init__(self, channel: Channel, event_loop: EventLoopThread) -> None:
        self._channel = channel
        self._event_loop = event_loop
        self._reading: asyncio.Future[bytes] | None = None

    @property
    def warm(self) -> bool:
        return self._channel.warm

    def begin(self, request: SpeechRequest) -> StreamProtocol:
        return self._channel.begin(request)

    async def send(self, frame: str) -> None:
        await _outcome(self._start(self._channel.send(frame)))

    async def recv(self) -> bytes:
        # A read whose waiter was cancelled goes on, for the next waiter.
        self._reading = self._reading or self._start(self._channel.recv())
        frame = await _outcome(self._reading)
        self._reading = None
        return frame

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        with contextlib.suppress(ChannelClosed):  # unloading the extension closes the socket
            await _outcome(self._start(self._channel.close()))

    def abort(self) -> None:
        with contextlib.suppress(TTSError):  # as in close
            self._event_loop.loop.call_soon_threadsafe(self._channel.abort)

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        try:
            started = asyncio.wrap_future(self._event_loop.submit(work))
        except TTSError:
            raise ChannelClosed from None
        started.add_done_callback(_retrieve)
        return started


def _retrieve(work: asyncio.Future[Any]) -> None:
    """Retrieve an exception that nothing waits for: asyncio would log it, perhaps with the key."""
    if not work.cancelled():
        work.exception()


async def _outcome(work: asyncio.Future[T]) -> T:
    """Wait for work on the event loop, which goes on if the wait is cancelled."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if work.cancelled() and not (task and task.cancelling()):
            raise ChannelClosed from None  # the channel was closed, or the event loop has ended
        raise
