"""The event loop's pool of sockets, and how other event loops speak through it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from ...client.connections.channel import Channel, ConnectionSource
from ...client.connections.shared_pool import SharedConnectionPool
from ...client.keys import Key
from ...wire.conditions import Conditions
from ...wire.errors import ChannelClosed
from ...wire.protocol import StreamProtocol
from ...wire.request import SpeechRequest
from ..runtime.connection_limits import WARMTH
from ..runtime.event_loop import EVENT_LOOP

__all__ = ["close_pool", "follow_simulation", "pool", "source"]

T = TypeVar("T")


@dataclass
class _Pool:
    """The pool of one loop of the event loop's; its sockets end with the loop."""

    loop: asyncio.AbstractEventLoop
    sockets: SharedConnectionPool
    simulated: Conditions


class _Now:
    pool: _Pool | None = None


def pool() -> SharedConnectionPool:
    """Return the pool; on the event-loop thread."""
    return _pool().sockets


async def close_pool() -> None:
    """Close every socket that waits, and have no other wait; on the event-loop thread."""
    await pool().close()


def follow_simulation(key: Key, simulated: Conditions) -> None:
    """Close what waits at the embedded voice under other conditions; on the event-loop thread.

    A connection keeps the conditions that it was opened under.
    """
    now = _pool()
    if now.simulated != simulated:
        now.simulated = simulated
        now.sockets.drop(key)


def source(request: SpeechRequest) -> ConnectionSource | None:
    """Return where a request's sockets come from, for a stream on the loop that runs here.

    None for a request that wants no warm socket, and leaves none behind.
    """
    if not request.warm:
        return None
    return pool() if asyncio.get_running_loop() is EVENT_LOOP.loop else _LoopConnections()


def _pool() -> _Pool:
    loop = asyncio.get_running_loop()
    if _Now.pool is None or _Now.pool.loop is not loop:
        _Now.pool = _Pool(loop, SharedConnectionPool(WARMTH), Conditions())
    return _Now.pool


class _LoopConnections:
    """The event loop's sockets, for a stream on another loop."""

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> _LoopChannel:
        loop = EVENT_LOOP.loop
        taking = asyncio.run_coroutine_threadsafe(_take(request, key, fresh), loop)
        try:
            return _LoopChannel(await asyncio.shield(asyncio.wrap_future(taking)), loop)
        except asyncio.CancelledError:
            taking.add_done_callback(_give_back)
            raise


class _LoopChannel:
    """A channel of the event loop's, for a stream on another loop."""

    def __init__(self, channel: Channel, loop: asyncio.AbstractEventLoop) -> None:
        self._channel = channel
        self._loop = loop
        self._reading: asyncio.Future[bytes] | None = None

    @property
    def warm(self) -> bool:
        return self._channel.warm

    def begin(self, request: SpeechRequest) -> StreamProtocol:
        return self._channel.begin(request)

    async def send(self, frame: str) -> None:
        await _outcome(self._start(self._channel.send(frame)))

    async def recv(self) -> bytes:
        # What is read while nobody waits any more is for who waits next.
        self._reading = self._reading or self._start(self._channel.recv())
        frame = await _outcome(self._reading)
        self._reading = None
        return frame

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if not self._loop.is_closed():  # an engine that has stopped has closed it
            await asyncio.shield(self._start(self._channel.close()))

    def abort(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._channel.abort)

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        if self._loop.is_closed():
            work.close()
            raise ChannelClosed
        started = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))
        started.add_done_callback(_retrieve)
        return started


def _retrieve(work: asyncio.Future[Any]) -> None:
    """Look at a failure that nobody waits for: asyncio would log it, and it may quote the key."""
    if not work.cancelled():
        work.exception()


async def _outcome(work: asyncio.Future[T]) -> T:
    """Wait for work of the event loop's, which goes on if the wait is cancelled."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if work.cancelled() and not (task and task.cancelling()):
            raise ChannelClosed from None  # the channel was closed, or the event loop has stopped
        raise


async def _take(request: SpeechRequest, key: Key | None, fresh: bool) -> Channel:
    return await pool().take(request, key, fresh=fresh)


def _give_back(taking: Future[Channel]) -> None:
    """Close a channel that nobody waits for any more."""
    if not taking.cancelled() and taking.exception() is None:
        channel = taking.result()
        channel.abort()
        EVENT_LOOP.submit(channel.close())
