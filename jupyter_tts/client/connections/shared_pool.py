"""A pool that has streams share a socket where the endpoint allows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from weakref import WeakValueDictionary

from ...wire.exchanges import multi_context_endpoint
from ...wire.multi_context import MultiContextEndpoint
from ...wire.request import SpeechRequest
from ..keys import Key
from .channel import Channel
from .limits import ConnectionLimits
from .pool import ConnectionPool, Readiness
from .shared_connection import SharedConnection
from .warm_connection import ConnectionKey, hold_seconds

__all__ = ["SharedConnectionPool"]


class SharedConnectionPool(ConnectionPool):
    """Sockets that wait and that are shared, per URL and key.

    As many streams share a socket as its endpoint allows; then another is opened. One that no
    stream uses counts as waiting: it is closed after as long, and replaced as long, as any that
    waits.

    Parameters
    ----------
    limits, clock
        See :class:`~jupyter_tts.client.connections.pool.ConnectionPool`.
    """

    def __init__(
        self, limits: ConnectionLimits | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(limits, clock=clock)
        self._shared_connections: dict[SharedConnection, ConnectionKey] = {}  # the last opened last
        self._opening_locks: WeakValueDictionary[ConnectionKey, asyncio.Lock] = (
            WeakValueDictionary()
        )

    def readiness(self, request: SpeechRequest, key: Key | None) -> Readiness:
        """Return whether a socket waits for a request, or has room for it."""
        if self._with_room(request, key) is not None:
            return Readiness.READY
        return super().readiness(request, key)

    def warm(self, request: SpeechRequest, key: Key | None) -> None:
        """Have a socket wait for a request, unless one has room for it."""
        if self._with_room(request, key) is None:
            super().warm(request, key)

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Channel:
        """Return a channel of a socket that waits for a request or has room for it, or open one.

        Raises
        ------
        ConnectError
            As :func:`~jupyter_tts.client.connections.connect.open_connection` does.
        """
        endpoint = multi_context_endpoint(request)
        if endpoint is None:
            self._make_room_among_shared()
            return await super().take(request, key, fresh=fresh)
        if not fresh and (connection := self._with_room(request, key)) is not None:
            return connection.begin(request, warm=True)
        suspects = set(self._shared_connections) if fresh else set()
        connection_key = ConnectionKey(request.url, key)
        async with self._opening_locks.setdefault(connection_key, asyncio.Lock()):
            # Another stream may have opened one while this one waited for the lock.
            connection = self._with_room(request, key, suspects)
            if connection is not None:
                return connection.begin(request, warm=False)
            self._make_room_among_shared()
            channel = await super().take(request, key, fresh=fresh)
            connection = self._share(channel, endpoint, request, connection_key)
            return connection.begin(request, warm=channel.warm)

    def cool(self, request: SpeechRequest, key: Key | None) -> None:
        """Close what waits for a request."""
        super().cool(request, key)
        connection_key = ConnectionKey(request.url, key)

        def is_idle(connection: SharedConnection) -> bool:
            return connection.idle and self._shared_connections[connection] == connection_key

        self._retire(is_idle)

    def drop(self, key: Key | None) -> None:
        """Close every socket that waits with a key, and have no other stream share one."""
        super().drop(key)
        self._retire(lambda connection: self._shared_connections[connection].key == key)

    def settle(self) -> None:
        """Close what the limits no longer allow, after they have changed."""
        super().settle()
        if not self._limits.wanted:
            self._retire(lambda connection: connection.idle)

    async def close(self) -> None:
        """Close every socket that no stream uses, and open no more."""
        await super().close()
        idle = [connection.task for connection in self._shared_connections if connection.idle]
        self._retire(lambda connection: True)
        if idle:
            await asyncio.wait(idle)

    def _with_room(
        self, request: SpeechRequest, key: Key | None, excluded: set[SharedConnection] | None = None
    ) -> SharedConnection | None:
        connection_key = ConnectionKey(request.url, key)
        fitting = (
            connection
            for connection, other_key in self._shared_connections.items()
            if other_key == connection_key
            and connection not in (excluded or ())
            and connection.has_room_for(request)
        )
        return next(fitting, None)

    def _share(
        self,
        channel: Channel,
        endpoint: MultiContextEndpoint,
        request: SpeechRequest,
        connection_key: ConnectionKey,
    ) -> SharedConnection:
        limit = hold_seconds(request) or 0.0

        def changed() -> None:
            if connection.over:
                self._shared_connections.pop(connection, None)
            self._notify()

        connection = SharedConnection(
            channel,
            endpoint,
            min(limit, self._limits.idle),
            changed,
            last=limit >= self._limits.idle,
            clock=self._clock,
        )
        self._shared_connections[connection] = connection_key
        return connection

    def _make_room_among_shared(self) -> None:
        """Close idle sockets until one more stream stays within the plan's concurrency."""
        idle = [connection for connection in self._shared_connections if connection.idle]
        for connection in idle[: max(0, self._speaking + 1 - self._limits.concurrency)]:
            connection.end_in_order()

    def _retire(self, chosen: Callable[[SharedConnection], bool]) -> None:
        for connection in list(filter(chosen, self._shared_connections)):
            connection.retire()
