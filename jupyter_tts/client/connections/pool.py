"""Sockets opened ahead, so that a stream begins with its text rather than with a handshake.

A cold ``wss`` socket costs four round trips to the first sound (TCP, TLS, the upgrade, the text),
a warm one costs one. A socket is good for one URL, since the URL fixes the voice, the model and
the rest of the query; and ``stream-input`` serves one stream per socket, so every stream is
followed by a new one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from enum import Enum

from ...wire.request import SpeechRequest
from ..keys import Key
from .channel import Channel, SocketChannel
from .connect import open_connection
from .http_channel import HttpConnections
from .library import ClientConnection
from .limits import ConnectionLimits
from .warm_connection import ConnectionKey, WarmConnection, hold_seconds

__all__ = ["ConnectionPool", "Readiness"]


class Readiness(Enum):
    """Whether a socket waits."""

    NONE = "none"
    OPENING = "opening"
    READY = "ready"


class ConnectionPool:
    """Sockets that wait, one per URL and key, and a count of those that speak.

    A source of sockets (`ConnectionSource`). Made and used on one
    event loop.

    Parameters
    ----------
    limits : ConnectionLimits, optional
    clock : callable, optional
        See :class:`~jupyter_tts.client.connections.warm_connection.WarmConnection`.

    Attributes
    ----------
    watchers : list of callable
        Called whenever what :meth:`readiness` says may have changed.
    """

    def __init__(
        self, limits: ConnectionLimits | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.watchers: list[Callable[[], object]] = []
        self._limits = limits or ConnectionLimits()
        self._clock = clock
        self._warm_connections: dict[ConnectionKey, WarmConnection] = {}  # the last used last
        self._tasks: set[asyncio.Task[None]] = set()
        self._speaking = 0  # those that are being opened included
        self._channels: set[_PooledChannel] = set()  # those that speak
        self._closed = False
        self._http = HttpConnections()
        self._http.changed = self._notify

    def readiness(self, request: SpeechRequest, key: Key | None) -> Readiness:
        """Return whether a socket, or a connection for HTTP, waits for a request."""
        if request.endpoint.is_http:
            ready = self._http.is_ready(request, key)
            return Readiness.READY if ready else Readiness.NONE
        connection = self._warm_connections.get(ConnectionKey(request.url, key))
        if connection is None:
            return Readiness.NONE
        return Readiness.READY if connection.ready else Readiness.OPENING

    def warm(self, request: SpeechRequest, key: Key | None) -> None:
        """Have a socket wait for a request, in the background; a failure is not reported.

        The one used longest ago makes room for it, if need be. Sockets that are to be closed after
        less time than is worth it are not opened. For HTTP none is opened ahead: a connection waits
        after its first request.
        """
        if request.endpoint.is_http:
            return
        limit = hold_seconds(request)
        if self._closed or limit is None:
            return
        connection_key = ConnectionKey(request.url, key)
        until = asyncio.get_running_loop().time() + self._limits.idle
        connection = self._warm_connections.pop(connection_key, None)
        if connection is not None:
            connection.until = max(connection.until, until)
        elif self._make_room():
            connection = self._open_ahead(connection_key, limit, until)
        if connection is not None:
            self._warm_connections[connection_key] = connection

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Channel:
        """Return the socket, or connection for HTTP, that waits for a request, or open one.

        Raises
        ------
        ConnectError
            As :func:`~jupyter_tts.client.connections.connect.open_connection` does.
        """
        if request.endpoint.is_http:
            return await self._http.take(request, key, fresh=fresh)
        connection = self._warm_connections.pop(ConnectionKey(request.url, key), None)
        if connection is None:
            self._make_room()
        elif fresh:
            connection.task.cancel()
            connection = None
        self._speaking += 1
        try:
            given = None if connection is None else await connection.hand_over()
            socket, warm = given or (await open_connection(request.url, key), False)
        except BaseException:
            self._speaking -= 1
            raise

        def ended(in_order: bool) -> None:
            self._speaking -= 1
            self._channels.discard(channel)
            if in_order:
                self.warm(request, key)

        channel = _PooledChannel(socket, warm, ended)
        self._channels.add(channel)
        return channel

    def cool(self, request: SpeechRequest, key: Key | None) -> None:
        """Close the socket that waits for a request, if there is one."""
        connection = self._warm_connections.pop(ConnectionKey(request.url, key), None)
        if connection is not None:
            connection.task.cancel()

    def drop(self, key: Key | None) -> None:
        """Close every socket that waits with a key."""
        self._http.drop(key)
        for connection_key in [other for other in self._warm_connections if other.key == key]:
            self._warm_connections.pop(connection_key).task.cancel()

    def settle(self) -> None:
        """Close what the limits no longer allow, after they have changed."""
        while self._warm_connections and (not self._limits.wanted or self._excess > 0):
            self._close_oldest()

    async def close(self) -> None:
        """Close every socket, also under a stream of another event loop, and open none ahead."""
        self._closed = True
        self._http.close()
        while self._warm_connections:
            self._close_oldest()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await asyncio.gather(*(channel.close() for channel in tuple(self._channels)))

    @property
    def _excess(self) -> int:
        waiting = sum(connection.sockets for connection in self._warm_connections.values())
        return waiting + self._speaking - self._limits.concurrency

    def _make_room(self) -> bool:
        """Close the sockets used longest ago until there may be one more, if they do it."""
        while self._warm_connections and self._excess >= 0:
            self._close_oldest()
        return self._excess < 0

    def _close_oldest(self) -> None:
        self._warm_connections.pop(next(iter(self._warm_connections))).task.cancel()

    def _open_ahead(
        self, connection_key: ConnectionKey, limit: float, until: float
    ) -> WarmConnection:
        connection = WarmConnection(
            connection_key,
            limit,
            until,
            may_overlap=lambda: self._excess < 0,
            changed=self._notify,
            clock=self._clock,
        )

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if self._warm_connections.get(connection_key) is connection:
                del self._warm_connections[connection_key]
            self._notify()

        self._tasks.add(connection.task)
        connection.task.add_done_callback(ended)
        return connection

    def _notify(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()


class _PooledChannel(SocketChannel):
    """A socket of a pool's, which learns when it is free again and whether it ended in order."""

    def __init__(
        self, socket: ClientConnection, warm: bool, ended: Callable[[bool], object]
    ) -> None:
        super().__init__(socket, warm=warm)
        self._ended = ended
        self._lost = False
        self._over = False

    async def close(self) -> None:
        try:
            await super().close()
        finally:
            if not self._over:
                self._over = True
                self._ended(not self._lost)

    def abort(self) -> None:
        self._lost = True
        super().abort()
