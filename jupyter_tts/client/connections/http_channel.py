"""HTTP as a stream's way to a server: one request for each stream, on connections that are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from ...wire.errors import ChannelClosed
from ...wire.exchanges import new_exchange
from ...wire.http_exchange import END_OF_ANSWER, NO_REQUEST, NOTHING
from ...wire.protocol import StreamProtocol
from ...wire.request import SpeechRequest
from ..keys import Key
from ..threads import CallThread
from .connect import OPEN_TIMEOUT, connect_error
from .http_connection import HttpConnection, origin

__all__ = ["KEPT", "HttpChannel", "HttpConnections"]

KEPT = 30.0
"""Seconds for which a connection waits for another request; servers end idle ones after a minute
or so, and one that is found dead costs a request."""


class HttpChannel:
    """A channel of one HTTP request.

    Frames that stand for nothing are not sent; the body of the request is the only other one.

    Parameters
    ----------
    connection : HttpConnection
        Open.
    thread : CallThread
        On which it is used.
    url : str
        Of the request.
    warm : bool
        Whether it was open before it was asked for.
    keep : callable
        Takes the connection, and its thread, if it can carry another request.
    """

    def __init__(
        self,
        connection: HttpConnection,
        thread: CallThread,
        url: str,
        *,
        warm: bool,
        keep: Callable[[HttpConnection, CallThread], object],
    ) -> None:
        self.warm = warm
        self._connection = connection
        self._thread = thread
        self._url = url
        self._keep = keep
        self._protocol: StreamProtocol | None = None
        self._requested = asyncio.Event()
        self._objects: Iterator[bytes] | None = None
        self._reading: asyncio.Future[bytes] | None = None
        self._answered = False  # whether nothing was to be asked
        self._over = False

    def begin(self, request: SpeechRequest) -> StreamProtocol:
        """Return the client's side of the one stream on this channel."""
        self._protocol = new_exchange(request)
        return self._protocol

    async def send(self, frame: str) -> None:
        """Send the request, if the frame is its body."""
        if frame == NOTHING:
            return
        if self._over:
            raise ChannelClosed
        if frame == NO_REQUEST:
            self._answered = True
            self._requested.set()
            return
        posting = self._in_thread(self._connection.post, self._url, frame.encode())
        await asyncio.shield(posting)
        self._requested.set()

    async def recv(self) -> bytes:
        """Return the next object of the answer, or its end."""
        await self._requested.wait()
        if self._over:
            raise ChannelClosed
        if self._answered:
            return END_OF_ANSWER
        # A read whose waiter was cancelled goes on, for the next waiter.
        self._reading = self._reading or self._in_thread(self._read)
        frame = await asyncio.shield(self._reading)
        self._reading = None
        return frame

    async def close(self) -> None:
        """Keep the connection for another request, if the answer was read to its end."""
        if self._over:
            return
        self._end()
        if self._reading is None and self._connection.is_reusable:
            self._keep(self._connection, self._thread)
        else:
            _drop(self._connection, self._thread)

    def abort(self) -> None:
        """Drop the connection."""
        if not self._over:
            self._end()
            _drop(self._connection, self._thread)

    def _end(self) -> None:
        self._over = True
        self._requested.set()

    def _read(self) -> bytes:
        if self._objects is None:
            ids = self._connection.begin_answer()
            if self._protocol is not None:
                self._protocol.server_ids = ids
            self._objects = self._connection.objects()
        frame = next(self._objects, None)
        if frame is None:
            raise ChannelClosed
        return frame

    def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        calling = asyncio.ensure_future(self._thread.call(function, *arguments))
        calling.add_done_callback(_retrieve)
        return calling


class HttpConnections:
    """Opens connections for HTTP requests, and keeps those that can carry another.

    A source of channels (`ConnectionSource`). Made and used on one event loop.

    Parameters
    ----------
    kept : float, optional
        Seconds for which a connection waits for another request.

    Attributes
    ----------
    changed : callable
        Called when a connection begins or ceases to wait.
    """

    def __init__(self, kept: float = KEPT) -> None:
        self.changed: Callable[[], object] = lambda: None
        self._seconds = kept
        self._waiting: dict[tuple[str, Key | None], tuple[HttpConnection, CallThread]] = {}
        self._timers: dict[tuple[str, Key | None], asyncio.TimerHandle] = {}
        self._closed = False

    def is_ready(self, request: SpeechRequest, key: Key | None) -> bool:
        """Whether a connection waits for a request."""
        waiting = self._waiting.get((origin(request.url), key))
        return waiting is not None and waiting[0].is_open

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> HttpChannel:
        """Return a channel on the connection that waits for a request, or on a new one.

        Raises
        ------
        ConnectError
            If there is no connection.
        """
        place = (origin(request.url), key)
        warm = self.is_ready(request, key) and not fresh
        waiting = self._pop(place)
        if warm and waiting is not None:
            connection, thread = waiting
        else:
            if waiting is not None:
                _drop(*waiting)
            connection, thread = await _open(request.url, key)

        def keep(connection: HttpConnection, thread: CallThread) -> None:
            self._put(place, connection, thread)

        return HttpChannel(connection, thread, request.url, warm=warm, keep=keep)

    def drop(self, key: Key | None) -> None:
        """Close every connection that waits with a key."""
        for place in [place for place in self._waiting if place[1] == key]:
            self._close(place)

    def close(self) -> None:
        """Close every connection that waits, and keep no other."""
        self._closed = True
        for place in [*self._waiting]:
            self._close(place)

    def _put(
        self, place: tuple[str, Key | None], connection: HttpConnection, thread: CallThread
    ) -> None:
        self._close(place)
        if self._closed or not self._seconds:
            _drop(connection, thread)
            return
        self._waiting[place] = connection, thread
        loop = asyncio.get_running_loop()
        self._timers[place] = loop.call_later(self._seconds, self._close, place)
        self.changed()

    def _pop(self, place: tuple[str, Key | None]) -> tuple[HttpConnection, CallThread] | None:
        waiting = self._waiting.pop(place, None)
        if waiting is not None:
            self._timers.pop(place).cancel()
            self.changed()
        return waiting

    def _close(self, place: tuple[str, Key | None]) -> None:
        waiting = self._pop(place)
        if waiting is not None:
            _drop(*waiting)


async def _open(url: str, key: Key | None) -> tuple[HttpConnection, CallThread]:
    connection, thread = HttpConnection(url, key), CallThread()
    try:
        async with asyncio.timeout(OPEN_TIMEOUT):
            await thread.call(connection.open)
    except BaseException as failure:
        _drop(connection, thread)
        if isinstance(failure, TimeoutError):
            host = origin(url).partition("://")[2]
            raise connect_error(failure, host, key) from None
        raise
    return connection, thread


def _drop(connection: HttpConnection, thread: CallThread) -> None:
    """End a connection; its thread closes it once the call that is going on has failed."""
    connection.cut()
    thread.post(connection.close)
    thread.close()


def _retrieve(calling: asyncio.Future[Any]) -> None:
    """Retrieve an exception that nothing waits for: asyncio would log it, perhaps with the key."""
    if not calling.cancelled():
        calling.exception()
